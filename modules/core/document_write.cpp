// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <string_view>

#include "core/document.h"

namespace lacuna {
inline namespace core {
namespace {

constexpr std::size_t longest_line = 90;
constexpr std::size_t indent_step = 2;

bool is_null_word(const std::string& text) {
  for (const char* word : {"~", "null", "Null", "NULL"}) {
    if (text == word) {
      return true;
    }
  }
  return false;
}

bool is_word_character(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '.';
}

bool starts_plain(const std::string& text) {
  constexpr std::string_view indicators = " -?:,[]{}#&*!|>'\"%@`";
  if (text.compare(0, 3, "...") == 0) {
    return false;
  }
  if (text[0] == '-') {
    return text.size() > 1 && is_word_character(text[1]);
  }
  return indicators.find(text[0]) == std::string_view::npos;
}

std::string double_quoted(const std::string& text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string result = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      result += '\\';
      result += c;
    } else if (c == '\n') {
      result += "\\n";
    } else if (c == '\t') {
      result += "\\t";
    } else if (byte < 0x20 || byte == 0x7F) {
      result += "\\x";
      result += digits[byte >> 4U];
      result += digits[byte & 0xFU];
    } else {
      result += c;
    }
  }
  return result + '"';
}

std::string scalar_text(const Node& node) {
  return node.quoted || !is_plain_text(node.scalar) ? double_quoted(node.scalar) : node.scalar;
}

std::string key_text(const std::string& key) {
  return is_plain_text(key) ? key : double_quoted(key);
}

/// A node that stands on the line of its key; empty when it needs lines of its own.
std::string inline_text(const Node& node) {
  switch (node.kind) {
    case Node::Kind::null:
      return "~";
    case Node::Kind::scalar:
      return scalar_text(node);
    case Node::Kind::mapping:
      return node.entries.empty() ? "{}" : "";
    case Node::Kind::sequence:
      break;
  }
  std::string text = "[";
  for (const Node& item : node.items) {
    if (!item.is_scalar()) {
      return "";
    }
    text += (text.size() > 1 ? ", " : "") + scalar_text(item);
    if (text.size() > longest_line) {
      return "";
    }
  }
  return text + "]";
}

void write_block(const Node& node, std::size_t indent, std::string& out);

void write_value(const Node& node, std::size_t indent, std::string& out) {
  const std::string text = inline_text(node);
  if (!text.empty()) {
    out += ' ' + text + '\n';
    return;
  }
  out += '\n';
  write_block(node, indent + indent_step, out);
}

void write_block(const Node& node, std::size_t indent, std::string& out) {
  const std::string margin(indent, ' ');
  for (const Node::Entry& entry : node.entries) {
    out += margin + key_text(entry.key) + ':';
    write_value(entry.value, indent, out);
  }
  for (const Node& item : node.items) {
    const std::size_t begin = out.size();
    if (inline_text(item).empty()) {
      write_block(item, indent + indent_step, out);
      out[begin + indent] = '-';  // in the margin of the item's first line
    } else {
      out += margin + '-';
      write_value(item, indent, out);
    }
  }
}

}  // namespace

bool is_plain_text(const std::string& text) {
  if (text.empty() || is_null_word(text) || text == "<<" || !starts_plain(text) ||
      text.back() == ' ' || text.back() == ':') {
    return false;
  }
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool printable = text[i] >= 0x20 && text[i] < 0x7F;
    const bool separates = std::string_view(",[]{}?").find(text[i]) != std::string_view::npos;
    const bool ends_key = text[i] == ':' && text[i + 1] == ' ';
    const bool comments = text[i] == '#' && text[i - 1] == ' ';
    if (!printable || separates || ends_key || comments) {
      return false;
    }
  }
  return true;
}

std::string write_yaml(const Node& node) {
  const std::string text = inline_text(node);
  if (!text.empty()) {
    return text + '\n';
  }
  std::string out;
  write_block(node, 0, out);
  return out;
}

}  // namespace core
}  // namespace lacuna
