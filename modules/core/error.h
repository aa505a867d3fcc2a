// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace lacuna {
inline namespace core {

/// Where in the user's input something stands.
struct Place {
  std::string file;                          ///< path, or the name of an option such as "--set"
  std::size_t line = 0;                      ///< from 1; 0: unknown
  std::size_t column = 0;                    ///< from 1; 0: unknown
  std::optional<std::uint64_t> byte_offset;  ///< binary files: from 0

  /// "file:line:column", "file: byte 8", "file", or nothing.
  std::string text() const;
};

/// One thing that is wrong, with its place and, where there is one, the dotted path of the
/// parameter.
struct Diagnostic {
  Place place;
  std::string path;
  std::string message;

  /// "file:line:column: path: message".
  std::string text() const;
};

/// What went wrong; the value is the program's exit status.
enum class Fault {
  wrong_result = 1,  ///< the run ended, but a result is not what it must be
  bad_input = 2,     ///< a file, an option or a value of the user's
  stuck = 3,         ///< the model makes no progress, or an invariant broke
};

/// The exception of the whole library: a fault and everything known about where it is.
class Error : public std::runtime_error {
 public:
  Error(Fault fault, std::vector<Diagnostic> diagnostics);

  Fault fault() const { return fault_; }
  const std::vector<Diagnostic>& diagnostics() const { return diagnostics_; }

 private:
  Fault fault_;
  std::vector<Diagnostic> diagnostics_;
};

/// An Error about the user's input.
Error input_error(Place place, std::string message);
Error input_error(Place place, std::string path, std::string message);
/// An Error about a broken invariant of the model, or one that is stuck.
Error model_error(std::string message);

/// Collects all that is wrong with an input, so that the user sees it in one go.
class Diagnostics {
 public:
  void add(Place place, std::string path, std::string message);
  bool empty() const { return items_.empty(); }
  const std::vector<Diagnostic>& items() const { return items_; }
  /// Throws an Error of Fault::bad_input with everything collected, if there is anything.
  void throw_if_any() const;

 private:
  std::vector<Diagnostic> items_;
};

/// User text for a message: in single quotes, control characters escaped, shortened when long.
std::string in_quotes(std::string_view text);

/// The candidate closest to a misspelt name, if one is close enough to suggest.
std::optional<std::string> nearest_name(std::string_view name,
                                        const std::vector<std::string>& candidates);
/// ", did you mean 'rows'?" or nothing.
std::string suggestion(std::string_view name, const std::vector<std::string>& candidates);

}  // namespace core
}  // namespace lacuna
