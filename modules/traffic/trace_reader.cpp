// SPDX-License-Identifier: Apache-2.0
#include "traffic/trace_reader.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <limits>

#include <fmt/format.h>

#include "tlm/payload_pool.h"

namespace lacuna::traffic {

namespace {

constexpr std::size_t buffer_bytes = std::size_t{1} << 18;

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r';
}

/// The whole text as a number; what from_chars says otherwise.
template <class T>
std::errc parse_number(std::string_view text, int base, T& value) {
  const char* last = text.data() + text.size();
  const auto result = std::from_chars(text.data(), last, value, base);
  if (result.ec != std::errc{}) {
    return result.ec;
  }
  return result.ptr == last ? std::errc{} : std::errc::invalid_argument;
}

}  // namespace

TraceReader::TraceReader(const std::string& path, const Limits& limits)
    : path_(path), limits_(limits), buffer_(buffer_bytes) {
  std::error_code failure;
  if (std::filesystem::is_directory(path, failure)) {
    throw input_error({}, "cannot read " + in_quotes(path) + ": it is a folder");
  }
  file_.reset(std::fopen(path.c_str(), "rb"));
  if (file_ == nullptr) {
    throw input_error({}, "cannot read " + in_quotes(path) + ": " + std::strerror(errno));
  }
}

bool TraceReader::next(MemoryRequest& request) {
  std::string_view line;
  while (take_line(line)) {
    ++line_;
    if (line.size() > longest_line) {
      fail_too_long();
    }
    if (parse(line, request)) {
      last_clock_ = request.clock;
      return true;
    }
  }
  return false;
}

bool TraceReader::take_line(std::string_view& line) {
  while (true) {
    const char* start = buffer_.data() + begin_;
    const void* found = begin_ == end_ ? nullptr : std::memchr(start, '\n', end_ - begin_);
    if (found != nullptr || (at_end_ && begin_ != end_)) {
      const char* stop = found != nullptr ? static_cast<const char*>(found) : buffer_.data() + end_;
      line = std::string_view(start, static_cast<std::size_t>(stop - start));
      begin_ += line.size() + (found != nullptr ? 1 : 0);
      return true;
    }
    if (at_end_) {
      return false;
    }
    if (end_ - begin_ > longest_line) {
      ++line_;
      fail_too_long();
    }
    refill();
  }
}

void TraceReader::refill() {
  std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
  end_ -= begin_;
  begin_ = 0;
  const std::size_t got = std::fread(buffer_.data() + end_, 1, buffer_.size() - end_, file_.get());
  end_ += got;
  if (got == 0) {
    if (std::ferror(file_.get()) != 0) {
      throw input_error(place_of(line_ + 1, 1),
                        "cannot read on: " + std::string(std::strerror(errno)));
    }
    at_end_ = true;
  }
}

bool TraceReader::parse(std::string_view line, MemoryRequest& request) const {
  std::size_t at = 0;
  const Field clock = take_field(line, at);
  if (clock.text.empty()) {
    return false;
  }
  request.clock = parse_clock(clock);
  request.write = parse_direction(take_field(line, at));
  const Field address = take_field(line, at);
  request.address = parse_address(address);
  const Field bytes = take_field(line, at);
  request.bytes = bytes.text.empty() ? limits_.default_bytes : parse_bytes(bytes);
  const Field more = take_field(line, at);
  if (!more.text.empty()) {
    fail(more.column,
         in_quotes(more.text) + " is one field too many: expected <clock> R|W 0x<address> [bytes]");
  }
  if (request.address > std::numeric_limits<std::uint64_t>::max() - (request.bytes - 1)) {
    fail(address.column, fmt::format("{} bytes from here reach beyond 2^64", request.bytes));
  }
  request.line = line_;
  request.address_column = static_cast<std::uint32_t>(address.column);
  return true;
}

TraceReader::Field TraceReader::take_field(std::string_view line, std::size_t& at) const {
  while (at < line.size() && is_blank(line[at])) {
    ++at;
  }
  const std::size_t start = at;
  while (at < line.size() && !is_blank(line[at]) && line[at] != '#') {
    ++at;
  }
  const Field field{line.substr(start, at - start), start + 1};
  if (field.text.empty()) {
    at = line.size();  // a comment, or the end: nothing follows
  }
  return field;
}

std::int64_t TraceReader::parse_clock(const Field& field) const {
  std::int64_t clock = 0;
  const std::errc failure = parse_number(field.text, 10, clock);
  if (failure == std::errc::invalid_argument || clock < 0) {
    fail(field.column, "expected a clock, a whole number from 0, found " + in_quotes(field.text));
  }
  if (failure != std::errc{} || clock > limits_.most_clock) {
    fail(field.column,
         fmt::format("clock {} is too late: the last is {}", field.text, limits_.most_clock));
  }
  if (clock < last_clock_) {
    fail(field.column,
         fmt::format("clock {} lies before the last request's, {}", clock, last_clock_));
  }
  return clock;
}

bool TraceReader::parse_direction(const Field& field) const {
  if (field.text == "R") {
    return false;
  }
  if (field.text != "W") {
    fail(field.column, field.text.empty() ? "expected R or W, found the end of the line"
                                          : "expected R or W, found " + in_quotes(field.text));
  }
  return true;
}

std::uint64_t TraceReader::parse_address(const Field& field) const {
  std::uint64_t address = 0;
  const bool prefixed = field.text.size() > 2 && field.text[0] == '0' && field.text[1] == 'x';
  const std::errc failure =
      prefixed ? parse_number(field.text.substr(2), 16, address) : std::errc::invalid_argument;
  if (failure == std::errc::result_out_of_range) {
    fail(field.column, fmt::format("address {} does not fit 64 bits", in_quotes(field.text)));
  }
  if (failure != std::errc{}) {
    fail(field.column, field.text.empty()
                           ? "expected an address such as 0x1f40, found the end of the line"
                           : "expected an address such as 0x1f40, found " + in_quotes(field.text));
  }
  return address;
}

std::uint32_t TraceReader::parse_bytes(const Field& field) const {
  std::uint32_t bytes = 0;
  const std::errc failure = parse_number(field.text, 10, bytes);
  if (failure != std::errc{} || bytes == 0 || bytes > tlm::max_burst_bytes) {
    fail(field.column, fmt::format("expected a number of bytes from 1 to {}, found {}",
                                   tlm::max_burst_bytes, in_quotes(field.text)));
  }
  return bytes;
}

void TraceReader::set_period(Time period) {
  // Half of what picoseconds can say is left for a trace that falls behind its clocks.
  limits_.most_clock = std::numeric_limits<std::int64_t>::max() / 2 / period.value();
}

Place TraceReader::place_of(std::uint64_t line, std::uint32_t column) const {
  Place place;
  place.file = path_;
  place.line = line;
  place.column = column;
  return place;
}

void TraceReader::fail_too_long() const {
  fail(longest_line + 1, fmt::format("the line is longer than {} characters", longest_line));
}

void TraceReader::fail(std::size_t column, const std::string& message) const {
  throw input_error(place_of(line_, static_cast<std::uint32_t>(column)), message);
}

}  // namespace lacuna::traffic
