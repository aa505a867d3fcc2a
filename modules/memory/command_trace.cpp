// SPDX-License-Identifier: Apache-2.0
#include "memory/command_trace.h"

#include <cerrno>
#include <cstring>
#include <limits>

#include <fmt/format.h>

#include "core/error.h"

namespace lacuna::memory {

namespace {

constexpr char magic[] = "LACMDT01";
constexpr std::size_t magic_bytes = 8;
constexpr std::size_t buffer_bytes = std::size_t{1} << 18;
constexpr std::size_t longest_record = 96;  // eight numbers of at most ten bytes, and one
constexpr std::size_t longest_name = 1024;

constexpr std::uint8_t command_bits = 0x0f;
constexpr std::uint8_t has_payload = 0x10;
constexpr std::uint8_t every_group = 0x20;
constexpr std::uint8_t from_inside = 0x40;
constexpr std::uint8_t to_every_rank = 0x80;

bool has_row(DramCommand command) {
  return command == DramCommand::activate || command == DramCommand::read ||
         command == DramCommand::write || is_instruction(command);
}

bool has_column(DramCommand command) {
  return command == DramCommand::read || command == DramCommand::write;
}

Error file_error(const std::string& path, const char* verb) {
  Place place;
  place.file = path;
  return input_error(place, fmt::format("cannot {}: {}", verb, std::strerror(errno)));
}

}  // namespace

CommandTraceWriter::CommandTraceWriter(const std::string& path, const CommandTraceHeader& header)
    : path_(path), file_(std::fopen(path.c_str(), "wb")), buffer_(buffer_bytes) {
  if (file_ == nullptr) {
    throw file_error(path, "write");
  }
  std::memcpy(buffer_.data(), magic, magic_bytes);
  used_ = magic_bytes;
  put(static_cast<std::uint64_t>(header.clock_ps));
  put(header.channels);
  put(header.ranks);
  const std::string name = header.device.substr(0, longest_name);
  put(name.size());
  std::memcpy(buffer_.data() + used_, name.data(), name.size());
  used_ += name.size();
}

CommandTraceWriter::~CommandTraceWriter() {
  if (file_ != nullptr) {
    flush();
  }
}

void CommandTraceWriter::put(std::uint64_t number) {
  while (number >= 0x80) {
    buffer_[used_++] = static_cast<std::uint8_t>(number | 0x80);
    number >>= 7;
  }
  buffer_[used_++] = static_cast<std::uint8_t>(number);
}

void CommandTraceWriter::put_signed(std::int64_t number) {
  // Small numbers of either sign become small ones: 0, -1, 1, -2, ...
  const auto bits = static_cast<std::uint64_t>(number);
  put(number < 0 ? ~(bits << 1) : bits << 1);
}

void CommandTraceWriter::add(const TracedCommand& traced) {
  if (used_ + longest_record > buffer_.size()) {
    flush();
  }
  const IssuedCommand& c = traced.command;
  const bool column = has_column(c.command);
  const bool caused = traced.payload != 0;
  const bool all_groups = c.bank_group == every_bank_group;
  const bool all_ranks = c.rank == every_rank;
  buffer_[used_++] =
      static_cast<std::uint8_t>(static_cast<std::uint8_t>(c.command) | (caused ? has_payload : 0) |
                                (all_groups ? every_group : 0) | (c.inside ? from_inside : 0) |
                                (all_ranks ? to_every_rank : 0));
  put_signed(c.clock - last_clock_);
  last_clock_ = c.clock;
  put(traced.channel);
  if (!all_ranks) {
    put(c.rank);
  }
  if (!all_groups) {
    put(c.bank_group);
  }
  put(c.bank);
  if (has_row(c.command)) {
    put(c.row);
  }
  if (column) {
    put(c.column);
  }
  if (caused) {
    put_signed(static_cast<std::int64_t>(traced.payload - last_payload_));
    last_payload_ = traced.payload;
    put_signed(c.clock - traced.arrival);
  }
  ++commands_;
}

void CommandTraceWriter::flush() {
  failed_ = std::fwrite(buffer_.data(), 1, used_, file_.get()) != used_ || failed_;
  used_ = 0;
}

void CommandTraceWriter::finish() {
  if (file_ == nullptr) {
    return;
  }
  flush();
  const bool closed = std::fclose(file_.release()) == 0;
  if (failed_ || !closed) {
    throw file_error(path_, "write");
  }
}

CommandTraceReader::CommandTraceReader(const std::string& path)
    : path_(path), file_(std::fopen(path.c_str(), "rb")), buffer_(buffer_bytes) {
  if (file_ == nullptr) {
    throw file_error(path, "read");
  }
  for (std::size_t i = 0; i < magic_bytes; ++i) {
    if (take_byte() != magic[i]) {
      at_ = 0;
      fail("no command trace: it does not begin with LACMDT01");
    }
  }
  header_.clock_ps = static_cast<std::int64_t>(take());
  header_.channels = take_small(1024);
  header_.ranks = take_small(1024);
  const std::uint32_t length = take_small(longest_name);
  for (std::uint32_t i = 0; i < length; ++i) {
    const int c = take_byte();
    if (c < 0) {
      fail("cut short within the device's name");
    }
    header_.device += static_cast<char>(c);
  }
}

int CommandTraceReader::take_byte() {
  if (at_ == end_) {
    before_buffer_ += end_;
    at_ = 0;
    end_ = std::fread(buffer_.data(), 1, buffer_.size(), file_.get());
    if (end_ == 0) {
      return -1;
    }
  }
  return buffer_[at_++];
}

std::uint64_t CommandTraceReader::take() {
  std::uint64_t number = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    const int byte = take_byte();
    if (byte < 0) {
      fail("cut short within a number");
    }
    const auto bits = static_cast<std::uint64_t>(byte & 0x7f);
    if (shift == 63 && bits > 1) {
      break;
    }
    number |= bits << shift;
    if (byte < 0x80) {
      return number;
    }
  }
  fail("a number of more than 64 bits");
}

std::int64_t CommandTraceReader::take_signed() {
  const std::uint64_t bits = take();
  return static_cast<std::int64_t>((bits & 1) != 0 ? ~(bits >> 1) : bits >> 1);
}

std::uint32_t CommandTraceReader::take_small(std::uint32_t most) {
  const std::uint64_t number = take();
  if (number > most) {
    fail(fmt::format("{} where at most {} can be", number, most));
  }
  return static_cast<std::uint32_t>(number);
}

bool CommandTraceReader::next(TracedCommand& traced) {
  const int first = take_byte();
  if (first < 0) {
    return false;
  }
  const unsigned number = static_cast<unsigned>(first) & command_bits;
  const bool all_ranks = (first & to_every_rank) != 0;
  if (number >= dram_command_count ||
      (all_ranks && !is_instruction(static_cast<DramCommand>(number)))) {
    fail(fmt::format("{:#04x} is no command", first));
  }
  constexpr auto most = std::numeric_limits<std::uint32_t>::max();
  traced = {};
  IssuedCommand& c = traced.command;
  c.command = static_cast<DramCommand>(number);
  // Differences wrap as the writer's did, whatever a damaged file says.
  const auto sum = [](Clock a, Clock b) {
    return static_cast<Clock>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
  };
  c.clock = sum(last_clock_, take_signed());
  last_clock_ = c.clock;
  traced.channel = take_small(header_.channels - 1);
  c.rank = all_ranks ? every_rank : take_small(header_.ranks - 1);
  c.bank_group = (first & every_group) != 0 ? every_bank_group : take_small(most);
  c.bank = take_small(most);
  c.inside = (first & from_inside) != 0;
  c.row = has_row(c.command) ? take_small(most) : 0;
  c.column = has_column(c.command) ? take_small(most) : 0;
  if ((first & has_payload) != 0) {
    last_payload_ += static_cast<std::uint64_t>(take_signed());
    traced.payload = last_payload_;
    traced.arrival = static_cast<Clock>(static_cast<std::uint64_t>(c.clock) -
                                        static_cast<std::uint64_t>(take_signed()));
  }
  return true;
}

void CommandTraceReader::fail(const std::string& message) const {
  Place place;
  place.file = path_;
  place.byte_offset = before_buffer_ + at_;
  throw input_error(place, message);
}

}  // namespace lacuna::memory
