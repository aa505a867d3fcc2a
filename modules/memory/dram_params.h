// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "core/parameters.h"
#include "core/units.h"
#include "memory/dram_address_map.h"

namespace lacuna::memory {

enum class DramModel { ideal, flat, timed };
enum class DramPagePolicy { open };
enum class DramRefresh { off, all_bank };
enum class DramScheduling { fcfs };
enum class DramEnergyRule { flat, currents };

/// Parameters of module type `dram`.
struct DramParams {
  DramModel model = DramModel::timed;
  std::string device = "ddr3-1600";
  std::uint32_t channels = 1;
  std::uint32_t ranks = 1;
  std::string address_map = DramAddressMap::default_text();
  Bandwidth bandwidth = 12.8_GB_per_s;
  Time latency = 0_ns;
  DramPagePolicy page_policy = DramPagePolicy::open;
  DramRefresh refresh = DramRefresh::all_bank;
  DramScheduling scheduler = DramScheduling::fcfs;
  std::uint32_t queue_depth = 32;
  Time frontend_latency = 0_ns;
  Time backend_latency = 0_ns;
  DramEnergyRule energy = DramEnergyRule::flat;

  template <class Description>
  static void describe(Description& d) {
    d("model", &DramParams::model,
      "ideal: no time passes; flat: latency and bandwidth; timed: banks, ranks, buses, refresh");
    d("device", &DramParams::device,
      "device file: a name in platforms/dram, or a path ending in .yaml relative to this file; it "
      "gives "
      "the capacity for every model");
    d("channels", &DramParams::channels, "channels, a power of two").range(1u, 64u);
    d("ranks", &DramParams::ranks, "ranks per channel, a power of two").range(1u, 16u);
    d("address_map", &DramParams::address_map,
      "address fields above a burst, most significant first (timed): row, rank, bank, bankgroup, "
      "column, "
      "channel; 'column:3' is a piece of three bits");
    d("bandwidth", &DramParams::bandwidth, "bytes per second of all channels together (flat)")
        .positive();
    d("latency", &DramParams::latency, "from request to first byte on an idle memory (flat)");
    d("page_policy", &DramParams::page_policy, "open: rows stay open until another is needed");
    d("refresh", &DramParams::refresh, "all_bank: every rank stops for tRFC every tREFI (timed)");
    d("scheduler", &DramParams::scheduler, "fcfs: payloads in the order of arrival");
    d("queue_depth", &DramParams::queue_depth,
      "payloads taken and not yet answered; further ones wait for END_REQ")
        .range(1u, 4096u);
    d("frontend_latency", &DramParams::frontend_latency,
      "controller: from acceptance to the first command, beside the one clock it always takes "
      "(timed)");
    d("backend_latency", &DramParams::backend_latency,
      "controller: from the last data to the response (timed)");
    d("energy", &DramParams::energy,
      "flat: the technology's dram.access_per_bit; currents: the device's IDD currents by command");
  }
  void validate(Validation& check) const;
};

}  // namespace lacuna::memory

template <>
struct lacuna::EnumNames<lacuna::memory::DramModel> {
  static std::vector<lacuna::EnumName<lacuna::memory::DramModel>> table() {
    using lacuna::memory::DramModel;
    return {{"ideal", DramModel::ideal}, {"flat", DramModel::flat}, {"timed", DramModel::timed}};
  }
};
template <>
struct lacuna::EnumNames<lacuna::memory::DramPagePolicy> {
  static std::vector<lacuna::EnumName<lacuna::memory::DramPagePolicy>> table() {
    return {{"open", lacuna::memory::DramPagePolicy::open}};
  }
};
template <>
struct lacuna::EnumNames<lacuna::memory::DramRefresh> {
  static std::vector<lacuna::EnumName<lacuna::memory::DramRefresh>> table() {
    using lacuna::memory::DramRefresh;
    return {{"off", DramRefresh::off}, {"all_bank", DramRefresh::all_bank}};
  }
};
template <>
struct lacuna::EnumNames<lacuna::memory::DramScheduling> {
  static std::vector<lacuna::EnumName<lacuna::memory::DramScheduling>> table() {
    return {{"fcfs", lacuna::memory::DramScheduling::fcfs}};
  }
};
template <>
struct lacuna::EnumNames<lacuna::memory::DramEnergyRule> {
  static std::vector<lacuna::EnumName<lacuna::memory::DramEnergyRule>> table() {
    using lacuna::memory::DramEnergyRule;
    return {{"flat", DramEnergyRule::flat}, {"currents", DramEnergyRule::currents}};
  }
};
