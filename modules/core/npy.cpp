// SPDX-License-Identifier: Apache-2.0
// The .npy format of NumPy, read with distrust: every length is checked against the bytes that are
// there.
#include <array>
#include <charconv>
#include <cstring>
#include <optional>

#include "core/files.h"
#include "core/tensor.h"

namespace lacuna {
inline namespace core {
namespace {

static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "elements are copied as they stand");

constexpr std::array<std::uint8_t, 6> magic = {0x93, 'N', 'U', 'M', 'P', 'Y'};
constexpr std::size_t most_dimensions = 32;  // NumPy's own limit

struct Format {
  DataType type;
  const char* descr;
};
constexpr std::array<Format, 5> formats = {{{DataType::int8, "|i1"},
                                            {DataType::uint8, "|u1"},
                                            {DataType::int16, "<i2"},
                                            {DataType::int32, "<i4"},
                                            {DataType::float32, "<f4"}}};
constexpr const char* supported = "supported are |i1, |u1, <i2, <i4 and <f4";

struct Header {
  DataType type = DataType::int8;
  bool fortran_order = false;
  Shape shape;
  std::size_t data_offset = 0;
};

/// Reads the Python dictionary of a header, character by character.
class HeaderParser {
 public:
  HeaderParser(Span<const std::uint8_t> file, std::size_t begin, std::size_t end,
               const std::string& name)
      : file_(file), at_(begin), end_(end), name_(name) {}

  Header parse() {
    skip_blanks();
    expect('{');
    skip_blanks();
    while (peek() != '}') {
      parse_entry();
      skip_blanks();
      if (peek() != '}') {
        expect(',');
        skip_blanks();
      }
    }
    const std::size_t closing = at_;
    expect('}');
    check_complete(closing);
    check_padding();
    header_.data_offset = end_;
    return header_;
  }

 private:
  [[noreturn]] void fail(std::size_t offset, const std::string& message) const {
    throw input_error({name_, 0, 0, offset}, message);
  }
  char peek() const { return at_ < end_ ? static_cast<char>(file_[at_]) : '\0'; }
  std::string found() const {
    return at_ < end_ ? "found " + in_quotes(std::string(1, peek()))
                      : "found the end of the header";
  }
  void expect(char wanted) {
    if (at_ >= end_ || peek() != wanted) {
      fail(at_, "expected " + in_quotes(std::string(1, wanted)) + " in the header, " + found());
    }
    ++at_;
  }
  void skip_blanks() {
    while (peek() == ' ') {
      ++at_;
    }
  }

  std::string parse_string() {
    const char quote = peek();
    if (quote != '\'' && quote != '"') {
      fail(at_, "expected a quoted text in the header, " + found());
    }
    const std::size_t first = ++at_;
    while (at_ < end_ && peek() != quote) {
      ++at_;
    }
    std::string text(reinterpret_cast<const char*>(file_.data()) + first, at_ - first);
    expect(quote);
    return text;
  }

  void parse_entry() {
    const std::size_t place = at_;
    const std::string key = parse_string();
    skip_blanks();
    expect(':');
    skip_blanks();
    if (key == "descr") {
      first_time(seen_descr_, place, key);
      parse_descr();
    } else if (key == "fortran_order") {
      first_time(seen_order_, place, key);
      parse_order();
    } else if (key == "shape") {
      first_time(seen_shape_, place, key);
      parse_shape();
    } else {
      fail(place, "unknown key " + in_quotes(key) + " in the header" +
                      suggestion(key, {"descr", "fortran_order", "shape"}));
    }
  }

  void first_time(bool& seen, std::size_t place, const std::string& key) {
    if (seen) {
      fail(place, "key '" + key + "' stands twice in the header");
    }
    seen = true;
  }

  void parse_descr() {
    const std::size_t place = at_;
    if (peek() == '[') {
      fail(place, std::string("records are not supported; ") + supported);
    }
    const std::string descr = parse_string();
    for (const Format& format : formats) {
      if (descr == format.descr) {
        header_.type = format.type;
        return;
      }
    }
    const bool big_endian = !descr.empty() && descr.front() == '>';
    fail(place,
         "element type " + in_quotes(descr) +
             (big_endian ? " is big-endian, which is not supported; " : " is not supported; ") +
             supported);
  }

  void parse_order() {
    for (const bool value : {false, true}) {
      const std::string_view word = value ? "True" : "False";
      if (at_ + word.size() <= end_ &&
          std::memcmp(file_.data() + at_, word.data(), word.size()) == 0) {
        at_ += word.size();
        header_.fortran_order = value;
        return;
      }
    }
    fail(at_, "expected True or False for fortran_order, " + found());
  }

  void parse_shape() {
    expect('(');
    skip_blanks();
    while (peek() != ')') {
      if (header_.shape.size() == most_dimensions) {
        fail(at_, "more than " + std::to_string(most_dimensions) + " dimensions");
      }
      parse_dimension();
      skip_blanks();
      const bool comma = peek() == ',';
      if (comma) {
        ++at_;
        skip_blanks();
      }
      if (!comma && (peek() != ')' || header_.shape.size() == 1)) {
        expect(',');  // "(3)" is a number in Python, not a tuple
      }
    }
    expect(')');
  }

  void parse_dimension() {
    const std::size_t place = at_;
    const char* text = reinterpret_cast<const char*>(file_.data());
    std::size_t size = 0;
    const auto result = std::from_chars(text + at_, text + end_, size);
    if (result.ec == std::errc::invalid_argument) {
      fail(place, "expected a dimension in the header, " + found());
    }
    at_ = static_cast<std::size_t>(result.ptr - text);
    if (result.ec == std::errc() && size == 0) {
      fail(place, "a dimension of size zero: there is nothing to compute with");
    }
    constexpr std::size_t most = std::size_t{1} << 60U;  // of the largest type, bytes fit 63 bits
    if (result.ec != std::errc() || size > most / elements_) {
      fail(place, "the shape has more elements than any memory");
    }
    elements_ *= size;
    header_.shape.push_back(size);
  }

  void check_complete(std::size_t closing) const {
    if (!seen_descr_ || !seen_order_ || !seen_shape_) {
      fail(closing, std::string("key '") +
                        (!seen_descr_   ? "descr"
                         : !seen_order_ ? "fortran_order"
                                        : "shape") +
                        "' is missing from the header");
    }
  }

  void check_padding() {
    skip_blanks();
    expect('\n');
    if (at_ != end_) {
      fail(at_, "the header goes on after its end of line");
    }
  }

  Span<const std::uint8_t> file_;
  std::size_t at_;
  std::size_t end_;
  const std::string& name_;
  Header header_;
  std::size_t elements_ = 1;
  bool seen_descr_ = false;
  bool seen_order_ = false;
  bool seen_shape_ = false;
};

std::uint64_t little_endian(Span<const std::uint8_t> bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    value |= std::uint64_t{bytes[i]} << (8 * i);
  }
  return value;
}

Header read_header(Span<const std::uint8_t> file, const std::string& name) {
  const auto fail = [&](std::size_t offset, const std::string& message) {
    throw input_error({name, 0, 0, offset}, message);
  };
  for (std::size_t i = 0; i < magic.size(); ++i) {
    if (i >= file.size() || file[i] != magic[i]) {
      fail(i, "not a .npy file: it does not start with \\x93NUMPY");
    }
  }
  constexpr std::size_t version_offset = magic.size();
  constexpr std::size_t length_offset = version_offset + 2;
  if (file.size() < length_offset) {
    fail(file.size(), "the file ends before the header");
  }
  const unsigned major = file[version_offset];
  const unsigned minor = file[version_offset + 1];
  if (major < 1 || major > 3 || minor != 0) {
    fail(major < 1 || major > 3 ? version_offset : version_offset + 1,
         ".npy format " + std::to_string(major) + '.' + std::to_string(minor) +
             " is not supported; supported are 1.0, 2.0 and 3.0");
  }
  const std::size_t length_bytes = major == 1 ? 2 : 4;
  const std::size_t begin = length_offset + length_bytes;
  if (file.size() < begin) {
    fail(file.size(), "the file ends before the header");
  }
  const std::uint64_t length = little_endian(file.subspan(length_offset, length_bytes));
  if (length > file.size() - begin) {
    fail(length_offset, "the header claims " + std::to_string(length) + " bytes, but only " +
                            std::to_string(file.size() - begin) + " follow");
  }
  return HeaderParser(file, begin, begin + length, name).parse();
}

void check_data(const Header& header, std::size_t file_size, const std::string& name) {
  const std::size_t expected = element_count(header.shape) * size_of(header.type);
  const std::size_t there = file_size - header.data_offset;
  if (there == expected) {
    return;
  }
  const std::string claim =
      "shape " + to_text(header.shape) + " of " + std::string(name_of(header.type)) + " needs " +
      std::to_string(expected) + " bytes of data, the file has " + std::to_string(there);
  throw input_error({name, 0, 0, there < expected ? file_size : header.data_offset + expected},
                    claim);
}

/// Copies elements stored first index fastest into last index fastest.
void copy_transposed(Span<const std::uint8_t> from, Tensor& tensor) {
  const Shape& shape = tensor.shape();
  const std::size_t width = size_of(tensor.type());
  std::vector<std::size_t> stride(shape.size());
  std::size_t elements = 1;
  for (std::size_t d = 0; d < shape.size(); ++d) {
    stride[d] = elements;
    elements *= shape[d];
  }
  std::vector<std::size_t> index(shape.size(), 0);
  std::size_t source = 0;
  for (std::size_t i = 0; i < elements; ++i) {
    std::memcpy(tensor.bytes().data() + i * width, from.data() + source * width, width);
    for (std::size_t d = shape.size(); d-- > 0;) {
      source += stride[d];
      if (++index[d] < shape[d]) {
        break;
      }
      source -= stride[d] * shape[d];
      index[d] = 0;
    }
  }
}

}  // namespace

Tensor parse_npy(Span<const std::uint8_t> file, const std::string& name) {
  const Header header = read_header(file, name);
  check_data(header, file.size(), name);
  Tensor tensor(header.type, header.shape);
  const Span<const std::uint8_t> data = file.subspan(header.data_offset);
  if (header.fortran_order) {
    copy_transposed(data, tensor);
  } else {
    std::memcpy(tensor.bytes().data(), data.data(), data.size());
  }
  return tensor;
}

Tensor load_npy(const std::string& path) {
  const std::string content = read_file(path);
  return parse_npy({reinterpret_cast<const std::uint8_t*>(content.data()), content.size()}, path);
}

void save_npy(const std::string& path, const Tensor& tensor) {
  constexpr std::size_t alignment = 64;
  constexpr std::size_t before_header = magic.size() + 4;
  std::string shape;
  for (const std::size_t dimension : tensor.shape()) {
    shape += std::to_string(dimension) + ", ";
  }
  if (tensor.rank() > 1) {
    shape.resize(shape.size() - 2);
  } else if (tensor.rank() == 1) {
    shape.pop_back();
  }
  std::string header;
  for (const Format& format : formats) {
    if (format.type == tensor.type()) {
      header = std::string("{'descr': '") + format.descr + "', 'fortran_order': False, 'shape': (" +
               shape + "), }";
    }
  }
  const std::size_t unpadded = before_header + header.size() + 1;
  header.append((alignment - unpadded % alignment) % alignment, ' ');
  header += '\n';
  std::string file(magic.begin(), magic.end());
  file += '\1';
  file += '\0';
  file += static_cast<char>(header.size() & 0xFFU);
  file += static_cast<char>(header.size() >> 8U);
  file += header;
  file.append(reinterpret_cast<const char*>(tensor.bytes().data()), tensor.bytes().size());
  write_file(path, file);
}

}  // namespace core
}  // namespace lacuna
