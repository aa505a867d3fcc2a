// SPDX-License-Identifier: Apache-2.0
#include "platform/trace.h"

#include <algorithm>

#include <fmt/format.h>

namespace lacuna::platform {

void Trace::add(const std::string& accelerator, const std::string& layer, Time start,
                Time clock_period, const std::vector<engine::TileTrace>& tiles) {
  const std::size_t process = process_of(accelerator);
  Time now = start;
  for (std::size_t i = 0; i < tiles.size(); ++i) {
    const auto part = [&](const char* what, std::uint64_t clocks) {
      if (clocks != 0) {
        const Time duration(static_cast<std::int64_t>(clocks) * clock_period.value());
        slice(fmt::format("{}{} tile {}", what, layer, i + 1), process, now, duration);
        now += duration;
      }
    };
    part("waiting for input: ", tiles[i].wait_in);
    part("waiting for output: ", tiles[i].wait_out);
    part("", tiles[i].busy);
  }
}

std::string Trace::text() const {
  std::string text = "{\"displayTimeUnit\": \"ns\", \"traceEvents\": [";
  for (std::size_t i = 0; i < accelerators_.size(); ++i) {
    text += fmt::format(
        "{}\n{{\"ph\": \"M\", \"pid\": {}, \"name\": \"process_name\", \"args\": {{\"name\": "
        "\"{}\"}}}}",
        i == 0 ? "" : ",", i + 1, accelerators_[i]);
  }
  return text + events_ + "\n]}\n";
}

/// Times are microseconds in this format.
void Trace::slice(const std::string& name, std::size_t process, Time start, Time duration) {
  events_ += fmt::format(
      ",\n{{\"ph\": \"X\", \"pid\": {}, \"tid\": 1, \"name\": \"{}\", \"ts\": {:.6f}, \"dur\": "
      "{:.6f}}}",
      process, name, static_cast<double>(start.value()) * 1e-6,
      static_cast<double>(duration.value()) * 1e-6);
}

std::size_t Trace::process_of(const std::string& accelerator) {
  auto found = std::find(accelerators_.begin(), accelerators_.end(), accelerator);
  if (found == accelerators_.end()) {
    accelerators_.push_back(accelerator);
    return accelerators_.size();
  }
  return static_cast<std::size_t>(found - accelerators_.begin()) + 1;
}

}  // namespace lacuna::platform
