// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "core/parameters.h"
#include "noc/multicast_window_params.h"
#include "noc/network_model.h"
#include "noc/network_timing.h"

namespace lacuna::noc {

/// Single steps of a network's timing, each instead of the preset's.
struct DelayParams {
  std::optional<std::uint32_t> injection;
  std::optional<std::uint32_t> vc_allocation;
  std::optional<std::uint32_t> hop;
  std::optional<std::uint32_t> ejection;
  std::optional<std::uint32_t> interval;
  std::optional<std::uint32_t> credit;
  std::optional<std::uint32_t> source_credit;
  std::optional<std::uint32_t> sink_credit;

  template <class Description>
  static void describe(Description& d) {
    const auto delay = [&d](const char* name, auto member, std::uint32_t least, const char* doc) {
      d(name, member, doc).range(least, longest_delay);
    };
    delay("injection", &DelayParams::injection, 1,
          "cycles from a node's sending to where a flit may compete in the first router");
    d("vc_allocation", &DelayParams::vc_allocation,
      "cycles from a head's winning a virtual channel to where it may pass")
        .range(0u, 1u);
    delay("hop", &DelayParams::hop, 1,
          "cycles from passing a router to where a flit may compete in the next");
    delay("ejection", &DelayParams::ejection, 0,
          "cycles from passing the last router to being out of the network");
    delay("interval", &DelayParams::interval, 1, "cycles that a flit occupies a link");
    delay("credit", &DelayParams::credit, 1,
          "cycles from passing a router to where the router before may use the place");
    delay("source_credit", &DelayParams::source_credit, 1, "the same where a node is before");
    delay("sink_credit", &DelayParams::sink_credit, 1,
          "cycles from passing the last router to where it may use the place in the node again");
  }

  NetworkTiming over(NetworkTiming timing) const;
};

/// What the parameters of module types `mesh` and `ring` share.
struct NetworkParams {
  std::optional<Frequency> clock;
  NetworkModel model = NetworkModel::flit;
  TimingPreset timing = TimingPreset::standard;
  DelayParams delays;
  std::uint32_t width = 16;
  std::uint32_t virtual_channels = 2;
  std::uint32_t buffer_depth = 8;
  std::uint32_t packet_bytes = 256;
  std::uint32_t queue_depth = 4;
  std::map<std::string, std::uint32_t> placement;
  MulticastWindows multicast;

  template <class Params, class Description>
  static void describe_common(Description& d, const char* channels) {
    d("clock", &Params::clock, "of routers and links; the platform's if not given");
    d("model", &Params::model,
      "flit: every flit in every cycle; fast: every packet at every router, for sweeps");
    d("timing", &Params::timing,
      "default: a cycle each for router and link; booksim, noxim: as those simulators' routers");
    d("delays", &Params::delays, "single steps of the timing, instead of the preset's");
    d("width", &Params::width, "bytes of a flit").range(1u, 4096u);
    d("virtual_channels", &Params::virtual_channels, channels)
        .range(1u, std::uint32_t{max_virtual_channels});
    d("buffer_depth", &Params::buffer_depth, "flits of one virtual channel of a router's input")
        .range(1u, 256u);
    d("packet_bytes", &Params::packet_bytes,
      "data of one packet; longer transfers travel as several, each with a header flit")
        .range(1u, 65536u);
    d("queue_depth", &Params::queue_depth,
      "requests under way from one initiator to one target; more wait at their source")
        .range(1u, 1024u);
    d("placement", &Params::placement,
      "node of a module, by the module's name; the others take the free nodes, initiators first, "
      "in "
      "the order in which they are bound");
    d("multicast", &Params::multicast,
      "windows by name: a write into one travels to all of its targets along a tree; its packets "
      "are as long as the buffers are deep at most");
  }
  void validate_common(Validation& check, std::uint32_t nodes) const;
};

}  // namespace lacuna::noc

template <>
struct lacuna::EnumNames<lacuna::noc::NetworkModel> {
  static std::vector<lacuna::EnumName<lacuna::noc::NetworkModel>> table() {
    using lacuna::noc::NetworkModel;
    return {{"flit", NetworkModel::flit}, {"fast", NetworkModel::fast}};
  }
};
template <>
struct lacuna::EnumNames<lacuna::noc::TimingPreset> {
  static std::vector<lacuna::EnumName<lacuna::noc::TimingPreset>> table() {
    using lacuna::noc::TimingPreset;
    return {{"default", TimingPreset::standard},
            {"booksim", TimingPreset::booksim},
            {"noxim", TimingPreset::noxim}};
  }
};
