// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "core/parameters.h"
#include "core/units.h"
#include "memory/dram_address_map.h"
#include "memory/dram_policies.h"

namespace lacuna::memory {

enum class DramModel { ideal, flat, timed };
enum class DramEnergyRule { flat, currents };

/// Parameters of module type `dram`.
struct DramParams : DramPolicies {
  DramParams();
  DramModel model = DramModel::timed;
  std::string device = "ddr3-1600";
  std::uint32_t channels = 1;
  std::uint32_t ranks = 1;
  Node address_map = Node::make_scalar(DramAddressMap::default_text());
  bool rank_ports = false;
  std::optional<Bytes> instruction_window;
  bool concurrent_access = false;
  std::string command_trace;
  Bandwidth bandwidth = 12.8_GB_per_s;
  Time latency = 0_ns;
  std::optional<bool> posted_writes;
  std::uint32_t queue_depth = 128;
  Time frontend_latency = 0_ns;
  Time backend_latency = 0_ns;
  DramEnergyRule energy = DramEnergyRule::flat;
  EnergyPerBit io_energy = EnergyPerBit(0);

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
    d("rank_ports", &DramParams::rank_ports,
      "whether every rank has a socket within, rank_port0 and so on, for an initiator on the DIMM "
      "(timed)");
    d("instruction_window", &DramParams::instruction_window,
      "address, behind the capacity, from which on accesses are instructions to logic beside the "
      "ranks' devices, which binds rank_instructions0 and so on (timed; DDR3, DDR4)");
    d("concurrent_access", &DramParams::concurrent_access,
      "whether the channel may access ranks that logic within owns; an extension: no host knows "
      "how "
      "long it will wait");
    d("command_trace", &DramParams::command_trace,
      "file to which every command is recorded, relative to the current folder (timed); "
      "scripts/show_command_trace reads it");
    d("address_map", &DramParams::address_map,
      "address fields above a burst, most significant first (timed): row, rank, bank, bankgroup, "
      "column, channel; 'column:3' is a piece of three bits, 'bank^row+2' is flipped by the row's "
      "bits from 2 on; or M1, M2, RoBaRaCo, '6 offset, 2 BG, ...'; or the address bits of each "
      "field, {bank: [13, {xor: [14, 18]}], ...}");
    d("bandwidth", &DramParams::bandwidth, "bytes per second of all channels together (flat)")
        .positive();
    d("latency", &DramParams::latency, "from request to first byte on an idle memory (flat)");
    d("page_policy", &DramParams::page_policy,
      "open: rows stay open until another is needed; closed: precharge after every column command; "
      "open_adaptive: precharge when any waiting request needs another row and none this one; "
      "closed_adaptive: precharge unless a waiting request needs this row");
    d("refresh", &DramParams::refresh,
      "all_bank: a rank stops for tRFC every tREFI; per_bank: one bank after another (LPDDR4, "
      "HBM2); same_bank: one bank of all bank groups (DDR5) (timed)");
    d("refresh_postpone", &DramParams::refresh_postpone,
      "refreshes that a busy rank may owe (all_bank)")
        .range(0u, 8u);
    d("refresh_pull_in", &DramParams::refresh_pull_in,
      "refreshes that an idle rank may be ahead (all_bank)")
        .range(0u, 8u);
    d("power_down", &DramParams::power_down, "on: idle ranks enter power-down (timed)");
    d("power_down_idle", &DramParams::power_down_idle,
      "device clocks without work after which a rank does")
        .range(1u, 1000000u);
    d("scheduler", &DramParams::scheduler, "order of commands (timed)");
    d("rank_scheduler", &DramParams::rank_scheduler,
      "order of columns from within a rank, fr_fcfs or fcfs (rank_ports)");
    d("queue", &DramParams::queue, "what the scheduler chooses from (timed)");
    d("posted_writes", &DramParams::posted_writes,
      "answer a write when it is accepted, not when it is done; default: only if queue.kind is "
      "read_write (timed)");
    d("queue_depth", &DramParams::queue_depth,
      "payloads taken and not yet done; further ones wait for END_REQ")
        .range(1u, 4096u);
    d("frontend_latency", &DramParams::frontend_latency,
      "controller: from acceptance to the first command, beside the one clock it always takes "
      "(timed)");
    d("backend_latency", &DramParams::backend_latency,
      "controller: from the last data to the response (timed)");
    d("energy", &DramParams::energy,
      "flat: the technology's dram.access_per_bit; currents: the device's IDD currents by command");
    d("io_energy", &DramParams::io_energy,
      "drivers and termination of a bit on the channel, beside currents; accesses from within "
      "ranks "
      "do without (energy: currents)");
  }
  void validate(Validation& check) const;

  bool posts_writes() const {
    return model == DramModel::timed &&
           posted_writes.value_or(queue.kind == DramQueueKind::read_write);
  }
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
struct lacuna::EnumNames<lacuna::memory::DramEnergyRule> {
  static std::vector<lacuna::EnumName<lacuna::memory::DramEnergyRule>> table() {
    using lacuna::memory::DramEnergyRule;
    return {{"flat", DramEnergyRule::flat}, {"currents", DramEnergyRule::currents}};
  }
};
