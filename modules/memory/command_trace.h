// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "memory/dram_command.h"

namespace lacuna::memory {

/// A command with what caused it.
struct TracedCommand {
  IssuedCommand command;
  std::uint32_t channel = 0;
  /// The number of the payload for which it was issued (from 1; 0: of none) and the clock at which
  /// that was seen first.
  std::uint64_t payload = 0;
  Clock arrival = 0;
};

/// What a command trace is of.
struct CommandTraceHeader {
  std::int64_t clock_ps = 0;
  std::uint32_t channels = 1;
  std::uint32_t ranks = 1;
  std::string device;  ///< its name, for people
};

/// Writes commands to a file, some eight bytes each. The format (doc/memory_traces.md): the magic
/// "LACMDT01", the header, then a record a command: one byte of command and flags, and variable-length
/// numbers, most of them differences to the command before.
class CommandTraceWriter {
 public:
  /// @throws Error (bad_input) when the file cannot be made
  CommandTraceWriter(const std::string& path, const CommandTraceHeader& header);
  /// Closes without a word; call finish() to know that everything was written.
  ~CommandTraceWriter();
  CommandTraceWriter(const CommandTraceWriter&) = delete;
  CommandTraceWriter& operator=(const CommandTraceWriter&) = delete;

  /// Clocks may go back: commands of several channels, or planned ahead.
  void add(const TracedCommand& traced);
  /// @throws Error (bad_input) when something could not be written
  void finish();

  std::uint64_t commands() const { return commands_; }

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  void put(std::uint64_t number);
  void put_signed(std::int64_t number);
  void flush();

  std::string path_;
  std::unique_ptr<std::FILE, Close> file_;
  std::vector<std::uint8_t> buffer_;
  std::size_t used_ = 0;
  Clock last_clock_ = 0;
  std::uint64_t last_payload_ = 0;
  std::uint64_t commands_ = 0;
  bool failed_ = false;
};

/// Reads such a file a piece at a time.
class CommandTraceReader {
 public:
  /// @throws Error (bad_input) when it is missing or no command trace
  explicit CommandTraceReader(const std::string& path);

  const CommandTraceHeader& header() const { return header_; }
  /// False at the end. @throws Error (bad_input) with the byte at which the file is cut or malformed
  bool next(TracedCommand& traced);

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  int take_byte();  // -1 at the end
  std::uint64_t take();
  std::int64_t take_signed();
  std::uint32_t take_small(std::uint32_t most);
  [[noreturn]] void fail(const std::string& message) const;

  std::string path_;
  std::unique_ptr<std::FILE, Close> file_;
  std::vector<std::uint8_t> buffer_;
  std::size_t at_ = 0;
  std::size_t end_ = 0;
  std::uint64_t before_buffer_ = 0;  // bytes of the file
  CommandTraceHeader header_;
  Clock last_clock_ = 0;
  std::uint64_t last_payload_ = 0;
};

}  // namespace lacuna::memory
