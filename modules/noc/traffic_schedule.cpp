// SPDX-License-Identifier: Apache-2.0
#include "noc/traffic_schedule.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <map>
#include <sstream>
#include <string_view>

#include <fmt/format.h>

namespace lacuna::noc {

namespace {

constexpr std::size_t most_problems = 20;
constexpr std::array<const char*, 4> fields = {"cycle", "source", "destination", "flits"};

struct Word {
  std::string_view text;
  std::size_t column = 0;  // from 1
};

std::vector<Word> words_of(std::string_view line) {
  line = line.substr(0, line.find('#'));
  std::vector<Word> words;
  constexpr std::string_view blanks = " \t\r";
  for (std::size_t at = line.find_first_not_of(blanks); at != std::string_view::npos;) {
    const std::size_t end = std::min(line.find_first_of(blanks, at), line.size());
    words.push_back({line.substr(at, end - at), at + 1});
    at = line.find_first_not_of(blanks, end);
  }
  return words;
}

/// False for anything but digits, or more than fit.
bool read_number(std::string_view text, std::uint64_t& value) {
  if (text.empty() || text.size() > 18) {
    return false;
  }
  value = 0;
  for (const char digit : text) {
    if (digit < '0' || digit > '9') {
      return false;
    }
    value = 10 * value + static_cast<std::uint64_t>(digit - '0');
  }
  return true;
}

class Reader {
 public:
  Reader(std::string file, const ScheduleLimits& limits)
      : file_(std::move(file)), limits_(limits) {}

  Schedule read(std::istream& stream) {
    std::string line;
    while (diagnostics_.items().size() < most_problems && std::getline(stream, line)) {
      ++line_;
      const std::vector<Word> words = words_of(line);
      if (words.empty()) {
        continue;
      }
      if (header_seen_) {
        read_packet(words, line.size());
      } else {
        read_header(words);
      }
    }
    if (!header_seen_) {
      add(1, "missing header; expected 'cycle source destination flits'");
    }
    diagnostics_.throw_if_any();
    return std::move(schedule_);
  }

 private:
  void add(std::size_t column, const std::string& message) {
    Place place;
    place.file = file_;
    place.line = std::max<std::size_t>(1, line_);
    place.column = column;
    diagnostics_.add(place, {}, message);
  }

  void read_header(const std::vector<Word>& words) {
    header_seen_ = true;
    for (std::size_t i = 0; i < fields.size(); ++i) {
      if (i >= words.size() || words[i].text != fields[i]) {
        add(i < words.size() ? words[i].column : 1,
            "expected the header 'cycle source destination flits'");
        return;
      }
    }
    if (words.size() > fields.size()) {
      add(words[fields.size()].column, "more fields than 'cycle source destination flits'");
    }
  }

  void read_packet(const std::vector<Word>& words, std::size_t length) {
    std::array<std::uint64_t, 4> values{};
    std::vector<std::uint32_t> destinations;
    for (std::size_t i = 0; i < fields.size(); ++i) {
      if (i >= words.size()) {
        add(length + 1, fmt::format("{} is missing", fields[i]));
        return;
      }
      if (i == 2) {
        if (!read_destinations(words[i], destinations)) {
          return;
        }
      } else if (!read_number(words[i].text, values[i])) {
        add(words[i].column, fmt::format("{}: expected a whole number, found {}", fields[i],
                                         in_quotes(words[i].text)));
        return;
      }
    }
    if (words.size() > fields.size()) {
      add(words[fields.size()].column, "more fields than 'cycle source destination flits'");
      return;
    }
    if (!check(words, values, destinations.size() > 1)) {
      return;
    }
    last_cycle_ = values[0];
    Packet packet;
    packet.created = static_cast<Cycle>(values[0]);
    packet.source = static_cast<std::uint32_t>(values[1]);
    packet.destination = destinations.front();
    packet.flits = static_cast<std::uint32_t>(values[3]);
    packet.group = destinations.size() > 1 ? group_of(std::move(destinations)) : 0;
    schedule_.packets.push_back(packet);
  }

  bool exists(std::size_t column, const char* field, std::uint64_t node) {
    if (node >= limits_.nodes) {
      add(column,
          fmt::format("{} {} does not exist; expected 0 .. {}", field, node, limits_.nodes - 1));
      return false;
    }
    return true;
  }

  /// "3" or "3+7+12".
  bool read_destinations(const Word& word, std::vector<std::uint32_t>& destinations) {
    for (std::size_t at = 0; at <= word.text.size();) {
      const std::size_t end = std::min(word.text.find('+', at), word.text.size());
      const std::string_view text = word.text.substr(at, end - at);
      const std::size_t column = word.column + at;
      std::uint64_t node = 0;
      if (!read_number(text, node)) {
        add(column, fmt::format("{}: expected a whole number, found {}", fields[2],
                                in_quotes(text.empty() ? word.text : text)));
        return false;
      }
      if (!exists(column, fields[2], node)) {
        return false;
      }
      destinations.push_back(static_cast<std::uint32_t>(node));
      const auto same = std::find(destinations.begin(), destinations.end() - 1, node);
      if (same != destinations.end() - 1) {
        add(column, fmt::format("{} {} twice", fields[2], node));
        return false;
      }
      at = end + 1;
    }
    return true;
  }

  std::uint32_t group_of(std::vector<std::uint32_t> destinations) {
    std::sort(destinations.begin(), destinations.end());
    const auto next = static_cast<std::uint32_t>(schedule_.groups.size() + 1);
    const auto [entry, added] = numbers_.insert({destinations, next});
    if (added) {
      schedule_.groups.push_back(std::move(destinations));
    }
    return entry->second;
  }

  bool check(const std::vector<Word>& words, const std::array<std::uint64_t, 4>& values,
             bool multicast) {
    if (values[0] < last_cycle_) {
      add(words[0].column, fmt::format("cycle {} after {}", values[0], last_cycle_));
      return false;
    }
    if (!exists(words[1].column, fields[1], values[1])) {
      return false;
    }
    if (values[3] == 0 || values[3] > most_packet_flits) {
      add(words[3].column, fmt::format("expected 1 .. {} flits", most_packet_flits));
      return false;
    }
    if (multicast && values[3] > limits_.multicast_flits) {
      add(words[3].column,
          fmt::format("expected 1 .. {} flits: a packet to several destinations must fit into a "
                      "buffer (buffer_depth)",
                      limits_.multicast_flits));
      return false;
    }
    if (schedule_.packets.size() == most_scheduled_packets) {
      add(1, fmt::format("more than {} packets", most_scheduled_packets));
      return false;
    }
    return true;
  }

  std::string file_;
  ScheduleLimits limits_;
  std::size_t line_ = 0;
  bool header_seen_ = false;
  std::uint64_t last_cycle_ = 0;
  Schedule schedule_;
  std::map<std::vector<std::uint32_t>, std::uint32_t> numbers_;  // of groups
  Diagnostics diagnostics_;
};

}  // namespace

Schedule parse_schedule(const std::string& text, const std::string& file,
                        const ScheduleLimits& limits) {
  std::istringstream stream(text);
  return Reader(file, limits).read(stream);
}

Schedule load_schedule(const std::string& path, const Place& place, const ScheduleLimits& limits) {
  std::ifstream stream(path);
  if (!stream) {
    throw input_error(place, "cannot read " + in_quotes(path));
  }
  return Reader(path, limits).read(stream);
}

}  // namespace lacuna::noc
