// SPDX-License-Identifier: Apache-2.0
#include "core/document_text.h"

#include <algorithm>
#include <cstdint>

#include "core/document.h"

namespace lacuna {
inline namespace core {
namespace {

/// What one leading byte of UTF-8 announces: the length, and the smallest code point that needs it.
struct Lead {
  std::size_t length;
  std::uint32_t bits;
  std::uint32_t least;
};

Lead lead_of(unsigned char byte) {
  if (byte < 0x80) {
    return {1, byte, 0};
  }
  if (byte >= 0xC2 && byte < 0xE0) {
    return {2, byte & 0x1FU, 0x80};
  }
  if (byte >= 0xE0 && byte < 0xF0) {
    return {3, byte & 0x0FU, 0x800};
  }
  if (byte >= 0xF0 && byte < 0xF5) {
    return {4, byte & 0x07U, 0x10000};
  }
  return {0, 0, 0};
}

Place place_of_byte(const std::string& text, const std::string& file_name, std::size_t at) {
  const std::size_t line_start = text.rfind('\n', at == 0 ? std::string::npos : at - 1);
  const bool first_line = at == 0 || line_start == std::string::npos;
  const auto line = std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n');
  return {file_name, static_cast<std::size_t>(line) + 1, first_line ? at + 1 : at - line_start, {}};
}

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && c != '\n' && c != '\r' && c != '\t') || byte == 0x7F;
}

}  // namespace

std::size_t utf8_length(const std::string& text, std::size_t at) {
  const Lead lead = lead_of(static_cast<unsigned char>(text[at]));
  if (lead.length == 0 || lead.length > text.size() - at) {
    return 0;
  }
  std::uint32_t code = lead.bits;
  for (std::size_t i = 1; i < lead.length; ++i) {
    const auto byte = static_cast<unsigned char>(text[at + i]);
    if ((byte & 0xC0U) != 0x80U) {
      return 0;
    }
    code = (code << 6U) | (byte & 0x3FU);
  }
  const bool surrogate = code >= 0xD800 && code < 0xE000;
  return code < lead.least || code > 0x10FFFF || surrogate ? 0 : lead.length;
}

void check_text(const std::string& text, const std::string& file_name) {
  if (text.size() > most_yaml_bytes) {
    throw input_error({file_name, 0, 0, {}}, "is too large: " + std::to_string(text.size()) +
                                                 " bytes, at most " +
                                                 std::to_string(most_yaml_bytes) + " are accepted");
  }
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = utf8_length(text, at);
    if (length == 0) {
      throw input_error(place_of_byte(text, file_name, at), "not a text file: invalid UTF-8");
    }
    if (is_control(text[at])) {
      throw input_error(place_of_byte(text, file_name, at),
                        "not a text file: control character " + in_quotes(text.substr(at, 1)));
    }
    at += length;
  }
}

std::string line_of(const std::string& text, std::size_t line) {
  std::size_t begin = 0;
  for (std::size_t i = 1; i < line; ++i) {
    begin = text.find('\n', begin);
    if (begin == std::string::npos) {
      return {};
    }
    ++begin;
  }
  return text.substr(begin, text.find('\n', begin) - begin);
}

}  // namespace core
}  // namespace lacuna
