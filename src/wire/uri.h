// Percent-encoding and forms, by the URL Standard
// (https://url.spec.whatwg.org).
//
// Everything here works on bytes, and decoded bytes may be anything: NUL, a
// line break, ill-formed UTF-8. The standard would replace what is not UTF-8
// with U+FFFD; we hand the bytes on, so that a name or a message that is not
// text can be refused instead of changed. Check what you decode.
#pragma once

#include <string>
#include <string_view>

namespace papo::uri {

// Appends `text` percent-decoded (URL Standard §1.3): '%' and two hexadecimal
// digits are one byte; any other '%' stands for itself, and so does '+'.
// Appends at most text.size() bytes.
void percent_decode(std::string_view text, std::string* out);

// Appends the relative path of the file that a request's path means: without
// its leading '/', percent-decoded. "/" gives nothing, and "/a/" gives "a/".
// False when no file below a root can be meant: a segment that is "." or "..",
// that is empty but not the last, or that holds '/', '\\' or a control
// character, however they are encoded. What was appended is then to be thrown
// away.
[[nodiscard]] bool decode_file_path(std::string_view path, std::string* out);

// A name and its value, decoded.
struct Pair {
  std::string_view name;
  std::string_view value;
};

// Reads application/x-www-form-urlencoded pairs (URL Standard §5.1) one by one,
// in order, off a query or a body:
//
//   std::string scratch;
//   uri::FormReader form(request.query(), &scratch);
//   for (uri::Pair pair; form.next(&pair);) { ... }
//
// What is not encoded is given as a view of `form`. What is, is decoded into
// `scratch`, which then grows once and no more, since decoding never makes text
// longer. So all pairs stay valid while both are left alone. Linear in time and
// without an allocation when nothing is encoded.
class FormReader {
 public:
  // Empties `scratch`. Both must outlive the reader and the pairs.
  FormReader(std::string_view form, std::string* scratch);

  // False when there are no more. Names may repeat and may be empty.
  bool next(Pair* pair);

 private:
  std::string_view decode(std::string_view text);

  std::string_view rest_;
  std::string* scratch_;
};

}  // namespace papo::uri
