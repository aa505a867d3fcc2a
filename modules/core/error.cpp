// SPDX-License-Identifier: Apache-2.0
#include "core/error.h"

#include <algorithm>
#include <utility>

namespace lacuna {
inline namespace core {
namespace {

constexpr std::size_t longest_shown = 60;      // characters of user text in a message
constexpr std::size_t longest_compared = 100;  // nobody misspells longer names

std::string all_texts(const std::vector<Diagnostic>& diagnostics) {
  std::string text;
  for (const Diagnostic& diagnostic : diagnostics) {
    if (!text.empty()) {
      text += '\n';
    }
    text += diagnostic.text();
  }
  return text;
}

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// Insertions, deletions, substitutions and swaps of neighbours that turn one name into the other,
/// case aside.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before_last(b.size() + 1);
  std::vector<std::size_t> last(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) {
    last[j] = j;
  }
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const bool same = lower(a[i - 1]) == lower(b[j - 1]);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (same ? 0 : 1)});
      if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) &&
          lower(a[i - 2]) == lower(b[j - 1])) {
        row[j] = std::min(row[j], before_last[j - 2] + 1);
      }
    }
    std::swap(before_last, last);
    std::swap(last, row);
  }
  return last[b.size()];
}

}  // namespace

std::string Place::text() const {
  std::string where;
  if (byte_offset) {
    where = "byte " + std::to_string(*byte_offset);
    return file.empty() ? where : file + ": " + where;
  }
  if (line == 0) {
    return file;
  }
  where = std::to_string(line);
  if (column != 0) {
    where += ':' + std::to_string(column);
  }
  return file.empty() ? "line " + where : file + ':' + where;
}

std::string Diagnostic::text() const {
  std::string text = place.text();
  for (const std::string* part : {&path, &message}) {
    if (!text.empty() && !part->empty()) {
      text += ": ";
    }
    text += *part;
  }
  return text;
}

Error::Error(Fault fault, std::vector<Diagnostic> diagnostics)
    : std::runtime_error(all_texts(diagnostics)),
      fault_(fault),
      diagnostics_(std::move(diagnostics)) {}

Error input_error(Place place, std::string message) {
  return input_error(std::move(place), {}, std::move(message));
}

Error input_error(Place place, std::string path, std::string message) {
  return Error(Fault::bad_input, {{std::move(place), std::move(path), std::move(message)}});
}

Error model_error(std::string message) {
  return Error(Fault::stuck, {{{}, {}, std::move(message)}});
}

void Diagnostics::add(Place place, std::string path, std::string message) {
  items_.push_back({std::move(place), std::move(path), std::move(message)});
}

void Diagnostics::throw_if_any() const {
  if (!items_.empty()) {
    throw Error(Fault::bad_input, items_);
  }
}

std::string in_quotes(std::string_view text) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string shown = "'";
  std::size_t end = std::min(text.size(), longest_shown);
  while (end < text.size() && end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) {
    --end;  // whole characters of UTF-8 only
  }
  for (const char c : text.substr(0, end)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte != 0x7F) {
      shown += c;
    } else if (c == '\n') {
      shown += "\\n";
    } else if (c == '\t') {
      shown += "\\t";
    } else {
      shown += "\\x";
      shown += digits[byte >> 4U];
      shown += digits[byte & 0xFU];
    }
  }
  return shown + (end < text.size() ? "...'" : "'");
}

std::optional<std::string> nearest_name(std::string_view name,
                                        const std::vector<std::string>& candidates) {
  if (name.empty() || name.size() > longest_compared) {
    return std::nullopt;
  }
  const std::size_t allowed = std::max<std::size_t>(1, name.size() / 3);
  std::optional<std::string> nearest;
  std::size_t nearest_distance = allowed + 1;
  for (const std::string& candidate : candidates) {
    if (candidate.empty() || candidate.size() > name.size() + allowed) {
      continue;
    }
    const std::size_t distance = edit_distance(name, candidate);
    // Replacing every character is no misspelling: it matters for names of one or two letters.
    if (distance < nearest_distance && distance < std::max(name.size(), candidate.size())) {
      nearest = candidate;
      nearest_distance = distance;
    }
  }
  return nearest;
}

std::string suggestion(std::string_view name, const std::vector<std::string>& candidates) {
  const std::optional<std::string> nearest = nearest_name(name, candidates);
  return nearest ? ", did you mean '" + *nearest + "'?" : std::string();
}

}  // namespace core
}  // namespace lacuna
