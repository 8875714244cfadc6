// What the C++ library does instead of throwing, in the program papo alone.
//
// The product is built without exceptions, but the C++ library is not: asked
// for memory that is not there, or for a string longer than strings get, it
// throws, and that alone brings the unwinder and the demangler into a static
// program (60 kB and more). Nobody here could catch it. So these names are
// ours, and each ends the process with one line, like a CHECK.
//
// They belong to the executable, never to the library: a program that embeds
// papo keeps its own. Sanitizers bring their own allocator, so that their
// builds go without this file (CMakeLists.txt).

#include <cstdlib>
#include <new>

#include "base/check.h"

namespace {

[[noreturn]] void stop(const char* what) {
  papo::base::check_failed("C++ library", 0, what);
}

}  // namespace

void* operator new(std::size_t size) {
  void* memory = std::malloc(size == 0 ? 1 : size);
  if (memory == nullptr) stop("out of memory");
  return memory;
}

void* operator new[](std::size_t size) {
  return operator new(size);
}

void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete[](void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}
void operator delete[](void* memory, std::size_t) noexcept {
  std::free(memory);
}

// The names are the C++ library's, not ours. NOLINTBEGIN

extern "C" void __cxa_pure_virtual() {
  stop("pure virtual call");
}

#ifdef __GLIBCXX__

// Replaced because std::terminate() would print the exception's demangled name.
namespace __gnu_cxx {
void __verbose_terminate_handler() {
  stop("terminate");
}
}  // namespace __gnu_cxx

// bits/functexcept.h
namespace std {
void __throw_bad_alloc() {
  stop("bad_alloc");
}
void __throw_bad_array_new_length() {
  stop("bad_array_new_length");
}
void __throw_bad_function_call() {
  stop("bad_function_call");
}
void __throw_invalid_argument(const char* what) {
  stop(what);
}
void __throw_length_error(const char* what) {
  stop(what);
}
void __throw_logic_error(const char* what) {
  stop(what);
}
void __throw_out_of_range(const char* what) {
  stop(what);
}
void __throw_out_of_range_fmt(const char* what, ...) {
  stop(what);
}
void __throw_runtime_error(const char* what) {
  stop(what);
}
void __throw_system_error(int) {
  stop("system_error");
}
}  // namespace std

#endif

// NOLINTEND
