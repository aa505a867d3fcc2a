// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "core/parameters.h"
#include "core/random.h"
#include "core/units.h"
#include "traffic/request_source.h"

namespace lacuna::traffic {

enum class Pattern { sequential, random, stride, mix, conflict };

/// What requests a traffic generator makes.
struct PatternParams {
  Pattern pattern = Pattern::sequential;
  std::uint64_t requests = 100000;
  Bytes bytes = 64_B;
  double read_share = 1.0;
  Bytes base = 0_B;
  Bytes size = 64_MiB;
  Bytes stride = 128_KiB;
  std::optional<Bandwidth> rate;
  std::uint64_t seed = 1;

  template <class Description>
  static void describe(Description& d) {
    using Self = PatternParams;
    d("pattern", &Self::pattern,
      "sequential; random: any aligned address; stride; mix: sequential, every third a write; "
      "conflict: stride that changes the row and keeps the bank");
    d("requests", &Self::requests, "how many");
    d("bytes", &Self::bytes, "length of each").range(1_B, 64_KiB);
    d("read_share", &Self::read_share, "share of reads, drawn at random; not for mix")
        .range(0.0, 1.0);
    d("base", &Self::base, "first address");
    d("size", &Self::size, "addresses from base on; at their end patterns start over").positive();
    d("stride", &Self::stride,
      "from one address to the next (stride, conflict); 128 KiB is the next row of the bank in one "
      "rank of ddr4-* under the default address map")
        .positive();
    d("rate", &Self::rate, "bytes per second; if not given, a request every clock");
    d("seed", &Self::seed, "of random choices");
  }
  void validate(Validation& check) const;
};

/// The requests themselves. Clocks are those of an initiator with this period.
class PatternSource final : public RequestSource {
 public:
  PatternSource(const PatternParams& params, Time period, const std::string& name);

  bool next(MemoryRequest& request) override;
  void set_period(Time period) override;
  Place place_of(std::uint64_t, std::uint32_t) const override { return {}; }

 private:
  /// Word number `made_` of a stream, drawn in pieces.
  struct Words {
    RandomStream stream;
    std::array<std::uint32_t, 256> drawn{};
    std::uint32_t at(std::uint64_t index);
  };
  std::uint64_t address();
  bool is_write();

  PatternParams params_;
  double clocks_per_request_ = 0;
  std::uint64_t step_;
  std::uint64_t places_;  // addresses of the pattern before it starts over
  Words addresses_;
  Words directions_;
  std::uint64_t write_limit_;  // a word below it is a write
  std::uint64_t made_ = 0;
};

}  // namespace lacuna::traffic

template <>
struct lacuna::EnumNames<lacuna::traffic::Pattern> {
  static std::vector<lacuna::EnumName<lacuna::traffic::Pattern>> table() {
    using lacuna::traffic::Pattern;
    return {{"sequential", Pattern::sequential},
            {"random", Pattern::random},
            {"stride", Pattern::stride},
            {"mix", Pattern::mix},
            {"conflict", Pattern::conflict}};
  }
};
