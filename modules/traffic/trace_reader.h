// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "traffic/request_source.h"

namespace lacuna::traffic {

/// Reads a trace of memory requests, a piece of the file at a time. A line is
///
///     <clock> R|W 0x<address> [bytes]     # comment
///
/// with fields apart by blanks; empty lines are skipped. Clocks are decimal and never go back.
class TraceReader final : public RequestSource {
 public:
  struct Limits {
    std::uint32_t default_bytes = 64;  ///< of lines that name none
    std::int64_t most_clock = std::int64_t{1} << 53;
  };
  static constexpr std::size_t longest_line = 4096;  ///< characters

  /// @throws Error (bad_input), without a place, when the file cannot be read
  TraceReader(const std::string& path, const Limits& limits);

  /// @throws Error (bad_input) with file, line and column of the first thing wrong
  bool next(MemoryRequest& request) override;
  /// A clock may not be so late that simulated time cannot say it.
  void set_period(Time period) override;
  Place place_of(std::uint64_t line, std::uint32_t column) const override;

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  struct Field {
    std::string_view text;
    std::size_t column = 0;  ///< from 1
  };

  /// The next line without its end; false at the end of the file.
  bool take_line(std::string_view& line);
  void refill();
  /// False when there is no request in the line.
  bool parse(std::string_view line, MemoryRequest& request) const;
  Field take_field(std::string_view line, std::size_t& at) const;
  std::int64_t parse_clock(const Field& field) const;
  bool parse_direction(const Field& field) const;
  std::uint64_t parse_address(const Field& field) const;
  std::uint32_t parse_bytes(const Field& field) const;
  [[noreturn]] void fail_too_long() const;
  [[noreturn]] void fail(std::size_t column, const std::string& message) const;

  std::string path_;
  Limits limits_;
  std::unique_ptr<std::FILE, Close> file_;
  std::vector<char> buffer_;
  std::size_t begin_ = 0;  // of what is not yet taken
  std::size_t end_ = 0;
  bool at_end_ = false;
  std::uint64_t line_ = 0;
  std::int64_t last_clock_ = 0;
};

}  // namespace lacuna::traffic
