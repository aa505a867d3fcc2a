// SPDX-License-Identifier: Apache-2.0
#include <optional>
#include <sstream>

#include <fmt/format.h>

#include "core/number_text.h"
#include "traffic/access_script.h"

namespace lacuna::traffic {

namespace {

constexpr std::uint64_t most_bytes = std::uint64_t{1} << 28;

struct Form {
  const char* word;
  ScriptedAccess::Kind kind;
  std::size_t numbers;
  std::size_t length;  // which of them is a number of bytes
};
constexpr std::size_t none = 9;
constexpr Form forms[] = {{"fill", ScriptedAccess::Kind::fill, 3, 1},
                          {"write", ScriptedAccess::Kind::write, 2, none},
                          {"poll", ScriptedAccess::Kind::poll, 3, none},
                          {"compare", ScriptedAccess::Kind::compare, 3, 2}};

void parse_numbers(const Form& form, std::istringstream& words, ScriptedAccess& access,
                   Diagnostics& diagnostics) {
  std::string word;
  while (words >> word) {
    const std::optional<std::uint64_t> value = whole_number_or_hexadecimal<std::uint64_t>(word);
    if (!value) {
      diagnostics.add(access.place, "", fmt::format("{} is no number", in_quotes(word)));
      return;
    }
    if (access.numbers.size() == form.length && *value > most_bytes) {
      diagnostics.add(access.place, "",
                      fmt::format("{} bytes, expected at most {}", *value, most_bytes));
      return;
    }
    access.numbers.push_back(*value);
  }
  if (access.numbers.size() != form.numbers) {
    diagnostics.add(access.place, "",
                    fmt::format("'{}' has {} numbers, expected {}", form.word,
                                access.numbers.size(), form.numbers));
  }
}

}  // namespace

std::vector<ScriptedAccess> parse_access_script(const std::string& text, const std::string& file) {
  std::vector<ScriptedAccess> accesses;
  Diagnostics diagnostics;
  std::istringstream lines(text);
  std::string line;
  for (std::size_t number = 1; std::getline(lines, line); ++number) {
    std::istringstream words(line.substr(0, line.find('#')));
    std::string word;
    if (!(words >> word)) {
      continue;
    }
    ScriptedAccess access;
    access.place.file = file;
    access.place.line = number;
    access.place.column = line.find(word) + 1;
    const Form* found = nullptr;
    for (const Form& form : forms) {
      found = form.word == word ? &form : found;
    }
    if (found == nullptr) {
      diagnostics.add(access.place, "",
                      fmt::format("unknown access {}{}", in_quotes(word),
                                  suggestion(word, {"fill", "write", "poll", "compare"})));
      continue;
    }
    access.kind = found->kind;
    parse_numbers(*found, words, access, diagnostics);
    accesses.push_back(std::move(access));
  }
  diagnostics.throw_if_any();
  return accesses;
}

}  // namespace lacuna::traffic
