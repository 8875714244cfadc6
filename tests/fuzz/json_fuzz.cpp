// The JSON reader, differential: check() and Object must judge a text as
// the reference grammar does, what they take apart must be JSON in its turn,
// and what the writer makes of it must read the same.
//
// The input is the text.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/check.h"
#include "base/utf8.h"
#include "wire/json_reader.h"
#include "wire/json_reference.h"
#include "wire/json_writer.h"

namespace {

using papo::base::Result;
using papo::json::Fault;
using papo::json::Kind;
using papo::json::Member;
using papo::json::Object;
using papo::json::Value;
using papo::json::Writer;

char first_byte(std::string_view text) {
  const std::size_t at = text.find_first_not_of(" \t\r\n");
  return at == text.npos ? '\0' : text[at];
}

template <class T>
std::optional<Fault> fault_of(const Result<T, Fault>& result) {
  return result.ok() ? std::nullopt : std::optional(result.error());
}

void write(const Value& value, Writer* writer) {
  PAPO_CHECK(papo::base::is_utf8(value.text));
  if (value.kind == Kind::String) {
    writer->string(value.text);
  } else {
    PAPO_CHECK(papo::json::check(value.text).ok());
    writer->raw(value.text);
  }
}

void expect_equal(const Value& a, const Value& b) {
  PAPO_CHECK(a.kind == b.kind);
  PAPO_CHECK(a.text == b.text);
}

void round_trip(const Object& object) {
  std::string text;
  Writer writer(&text);
  writer.begin_object();
  for (const Member& member : object) {
    PAPO_CHECK(papo::base::is_utf8(member.name));
    write(member.value, &writer.key(member.name));
  }
  writer.end_object();
  const auto again = Object::parse(text);
  PAPO_CHECK(again.ok());
  PAPO_CHECK(again->size() == object.size());
  const Member* copy = again->begin();
  for (const Member& member : object) {
    PAPO_CHECK(copy->name == member.name);
    expect_equal(copy->value, member.value);
    ++copy;
  }
}

// Of equal names the last must be found. Objects of very many members are left
// out: the names are compared pair by pair.
void find_every_name(const Object& object) {
  if (object.size() > 200) return;
  for (const Member& member : object) {
    const Value* last = nullptr;
    for (const Member& each : object) {
      if (each.name == member.name) last = &each.value;
    }
    PAPO_CHECK(object.find(member.name) == last);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::optional<Fault> fault = fault_of(papo::json::check(text));
  PAPO_CHECK(fault.has_value() != papo::json::reference::is_json(text));

  const auto object = Object::parse(text);
  const bool is_object = !fault && first_byte(text) == '{';
  PAPO_CHECK(object.ok() == is_object);
  if (!is_object) {
    PAPO_CHECK(object.error() == fault.value_or(Fault::NotAnObject));
  }
  if (is_object) {
    round_trip(*object);
    find_every_name(*object);
  }
  return 0;
}
