// SPDX-License-Identifier: Apache-2.0
// Values that are one text in the document. YAML's own ideas of numbers (octal, sexagesimal, yes
// and no) are refused with a hint, since they rarely mean what the writer meant.
#include <cmath>
#include <cstdint>
#include <limits>

#include "core/decimal.h"
#include "core/number_text.h"
#include "core/parameters_fields.h"

namespace lacuna {
inline namespace core {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool all_digits(std::string_view text) {
  for (const char c : text) {
    if (!is_digit(c)) {
      return false;
    }
  }
  return !text.empty();
}

std::string lower_case(std::string text) {
  for (char& c : text) {
    c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return text;
}

std::string bool_hint(const std::string& text) {
  const std::string word = lower_case(text);
  for (const char* yes : {"true", "yes", "on", "y", "1"}) {
    if (word == yes) {
      return ": write true";
    }
  }
  for (const char* no : {"false", "no", "off", "n", "0"}) {
    if (word == no) {
      return ": write false";
    }
  }
  return {};
}

/// Why a text that looks like a number is not taken as one.
std::string number_hint(const Node& node, bool whole) {
  if (node.quoted) {
    return ": write it without quotes";
  }
  std::string_view text = node.scalar;
  if (!text.empty() && text.front() == '+') {
    return ": write it without '+'";
  }
  if (!text.empty() && text.front() == '-') {
    text.remove_prefix(1);
  }
  if (text.size() > 1 && text[0] == '0' && (text[1] == 'x' || text[1] == 'o' || text[1] == 'b')) {
    return ": only decimal numbers are understood";
  }
  if (text.size() > 1 && text[0] == '0' && is_digit(text[1])) {
    return ": leading zeros would make it octal to some";
  }
  const Decimal number = read_decimal(text);
  if (number.length == 0) {
    return {};
  }
  if (number.length < text.size()) {
    return text.find('_') != std::string_view::npos ? ": write it without separators"
                                                    : ": it has no unit";
  }
  return whole ? ": write it without fraction and exponent" : std::string();
}

bool report_number(const Node& node, const std::string& path, Diagnostics& diagnostics,
                   bool whole) {
  diagnostics.add(node.place, path,
                  std::string("expected a ") + (whole ? "whole number" : "number") + ", found " +
                      what_stands(node) + (node.is_scalar() ? number_hint(node, whole) : ""));
  return false;
}

template <class V>
bool read_whole(const Node& node, const std::string& path, Diagnostics& diagnostics, V& value) {
  const std::string& text = node.scalar;
  const std::string_view digits =
      std::string_view(text).substr(!text.empty() && text.front() == '-' ? 1 : 0);
  if (!node.is_scalar() || node.quoted || !all_digits(digits) ||
      (digits.size() > 1 && digits.front() == '0')) {
    return report_number(node, path, diagnostics, true);
  }
  const auto number = whole_number<V>(text);
  if (!number) {
    diagnostics.add(node.place, path,
                    in_quotes(text) + " is out of range, expected " +
                        std::to_string(std::numeric_limits<V>::min()) + " .. " +
                        std::to_string(std::numeric_limits<V>::max()));
    return false;
  }
  value = *number;
  return true;
}

template <class V>
bool read_real(const Node& node, const std::string& path, Diagnostics& diagnostics, V& value) {
  const std::string& text = node.scalar;
  const std::string_view magnitude =
      std::string_view(text).substr(!text.empty() && text.front() == '-' ? 1 : 0);
  const std::size_t length = node.is_scalar() && !node.quoted ? read_decimal(magnitude).length : 0;
  if (length == 0 || length != magnitude.size()) {
    return report_number(node, path, diagnostics, false);
  }
  const auto number = whole_number<V>(text);
  if (!number) {
    diagnostics.add(node.place, path, in_quotes(text) + " is out of range");
    return false;
  }
  value = *number;
  return true;
}

bool read_bool(const Node& node, const std::string& path, Diagnostics& diagnostics, bool& value) {
  if (node.is_scalar() && !node.quoted && (node.scalar == "true" || node.scalar == "false")) {
    value = node.scalar == "true";
    return true;
  }
  diagnostics.add(node.place, path,
                  "expected true or false, found " + what_stands(node) +
                      (node.is_scalar() ? bool_hint(node.scalar) : ""));
  return false;
}

bool read_text(const Node& node, const std::string& path, Diagnostics& diagnostics,
               std::string& value) {
  if (!node.is_scalar()) {
    diagnostics.add(node.place, path, "expected text, found " + what_stands(node));
    return false;
  }
  value = node.scalar;
  return true;
}

template <class Q>
bool read_quantity(const Node& node, const std::string& path, Diagnostics& diagnostics, Q& value) {
  if (!node.is_scalar()) {
    diagnostics.add(node.place, path,
                    "expected a " + quantity_name<Q>() + " (" + unit_names<Q>() + "), found " +
                        what_stands(node));
    return false;
  }
  try {
    value = parse_quantity<Q>(node.scalar);
    return true;
  } catch (const Error& error) {
    diagnostics.add(node.place, path, error.diagnostics().front().message);
    return false;
  }
}

template <class V>
std::string number_text(V value) {
  char buffer[64];
  const auto result = std::to_chars(buffer, buffer + sizeof buffer, value);
  return {buffer, result.ptr};
}

/// Text that another YAML reader would take for something else is quoted.
Node text_node(const std::string& text) {
  Node node = Node::make_scalar(text);
  const bool number_like =
      !text.empty() && (is_digit(text[0]) || text[0] == '-' || text[0] == '.' || text[0] == '+');
  node.quoted = node.quoted || number_like || !bool_hint(text).empty();
  return node;
}

}  // namespace

std::string join_path(const std::string& path, const std::string& name) {
  return path.empty() ? name : path + '.' + name;
}

std::string item_path(const std::string& path, std::size_t index) {
  return path + '[' + std::to_string(index) + ']';
}

std::string what_stands(const Node& node) {
  switch (node.kind) {
    case Node::Kind::null:
      return "nothing";
    case Node::Kind::sequence:
      return "a list";
    case Node::Kind::mapping:
      return "a mapping";
    case Node::Kind::scalar:
      break;
  }
  return (node.quoted ? "the text " : "") + in_quotes(node.scalar);
}

bool expect_list(const Node& node, const std::string& path, Diagnostics& diagnostics) {
  if (!node.is_sequence()) {
    diagnostics.add(node.place, path, "expected a list, found " + what_stands(node));
  }
  return node.is_sequence();
}

bool expect_mapping(const Node& node, const std::string& path, Diagnostics& diagnostics) {
  if (!node.is_mapping()) {
    diagnostics.add(node.place, path, "expected a mapping, found " + what_stands(node));
  }
  return node.is_mapping();
}

void add_entry(Node& mapping, const std::string& key, Node value) {
  Node::Entry entry;
  entry.key = key;
  entry.value = std::move(value);
  mapping.entries.push_back(std::move(entry));
}

void report_choice(const Node& node, const std::string& path, Diagnostics& diagnostics,
                   const std::vector<std::string>& names) {
  diagnostics.add(node.place, path,
                  "expected one of " + names_text(names) + ", found " + what_stands(node) +
                      (node.is_scalar() ? suggestion(node.scalar, names) : ""));
}

template <class V>
bool ParameterValue<V, std::enable_if_t<is_simple_value<V>>>::read(const Node& node,
                                                                   const std::string& path,
                                                                   Diagnostics& diagnostics,
                                                                   V& value) {
  if constexpr (std::is_same_v<V, bool>) {
    return read_bool(node, path, diagnostics, value);
  } else if constexpr (std::is_integral_v<V>) {
    return read_whole(node, path, diagnostics, value);
  } else if constexpr (std::is_floating_point_v<V>) {
    return read_real(node, path, diagnostics, value);
  } else if constexpr (std::is_same_v<V, std::string>) {
    return read_text(node, path, diagnostics, value);
  } else {
    return read_quantity(node, path, diagnostics, value);
  }
}

template <class V>
Node ParameterValue<V, std::enable_if_t<is_simple_value<V>>>::write(const V& value) {
  if constexpr (std::is_same_v<V, bool>) {
    return Node::make_scalar(value ? "true" : "false");
  } else if constexpr (std::is_arithmetic_v<V>) {
    return Node::make_scalar(number_text(value));
  } else if constexpr (std::is_same_v<V, std::string>) {
    return text_node(value);
  } else {
    return Node::make_scalar(to_text(value));
  }
}

template <class V>
ValueDescription ParameterValue<V, std::enable_if_t<is_simple_value<V>>>::describe(
    const V& /*value*/) {
  if constexpr (std::is_same_v<V, bool>) {
    return {ValueKind::boolean, "true or false", {}, {}, {}, {}};
  } else if constexpr (std::is_integral_v<V>) {
    return {ValueKind::whole, "whole number", {}, {}, {}, {}};
  } else if constexpr (std::is_floating_point_v<V>) {
    return {ValueKind::number, "number", {}, {}, {}, {}};
  } else if constexpr (std::is_same_v<V, std::string>) {
    return {ValueKind::text, "text", {}, {}, {}, {}};
  } else {
    return {ValueKind::quantity, quantity_name<V>(), unit_names<V>(), {}, {}, {}};
  }
}

template struct ParameterValue<bool>;
template struct ParameterValue<signed char>;
template struct ParameterValue<unsigned char>;
template struct ParameterValue<short>;
template struct ParameterValue<unsigned short>;
template struct ParameterValue<int>;
template struct ParameterValue<unsigned>;
template struct ParameterValue<long>;
template struct ParameterValue<unsigned long>;
template struct ParameterValue<long long>;
template struct ParameterValue<unsigned long long>;
template struct ParameterValue<float>;
template struct ParameterValue<double>;
template struct ParameterValue<std::string>;
template struct ParameterValue<Time>;
template struct ParameterValue<Cycles>;
template struct ParameterValue<Bytes>;
template struct ParameterValue<Bandwidth>;
template struct ParameterValue<Frequency>;
template struct ParameterValue<Energy>;
template struct ParameterValue<EnergyPerBit>;
template struct ParameterValue<Power>;
template struct ParameterValue<Area>;
template struct ParameterValue<Voltage>;
template struct ParameterValue<Current>;
template struct ParameterValue<Length>;
template struct ParameterValue<Address>;

}  // namespace core
}  // namespace lacuna
