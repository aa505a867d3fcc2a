// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/random.h"
#include "memory/dram.h"
#include "near_memory/cpu.h"
#include "near_memory/near_memory.h"
#include "sparse/screening/candidates.h"
#include "sparse/screening/int4.h"
#include "support/port_checker.h"
#include "unit/memory/devices.h"
#include "unit/tlm/bench.h"

namespace lacuna::test {

/// A classifier of random values, whose screener knows nothing of them.
struct RandomRows final : workload::ClassifierData {
  RandomRows(std::uint64_t seed, std::uint64_t categories, std::uint32_t dimension,
             std::uint32_t length)
      : words(seed, "rows"), of{categories, dimension, length} {}

  workload::ClassifierShape shape() const override { return of; }
  void screener_weights(std::uint64_t category, Span<std::uint8_t> packed) const override {
    for (std::size_t i = 0; i < packed.size(); ++i) {
      packed[i] = static_cast<std::uint8_t>(words.word((category << 20) + i));
    }
  }
  std::int32_t screener_bias(std::uint64_t category) const override {
    return static_cast<std::int32_t>(words.word((category << 20) + (1U << 18)) >> 25) - 64;
  }
  void weights(std::uint64_t category, Span<float> row) const override {
    for (std::size_t i = 0; i < row.size(); ++i) {
      row[i] = value((category << 20) + (1U << 19) + i);
    }
  }
  float bias(std::uint64_t category) const override {
    return value((category << 20) + (1U << 19) - 1);
  }
  float value(std::uint64_t at) const {
    return static_cast<float>(static_cast<std::int32_t>(words.word(at) >> 16) - 32768) / 32768.0F;
  }

  RandomStream words;
  workload::ClassifierShape of;
};

/// Contexts for it, with a threshold that about `candidates` of each pass.
inline workload::ClassifierBatch contexts_for(const RandomRows& rows, std::uint32_t contexts,
                                              std::size_t candidates) {
  workload::ClassifierBatch batch;
  batch.data = &rows;
  batch.contexts = contexts;
  batch.constants.dimension = rows.of.dimension;
  batch.constants.length = rows.of.length;
  batch.constants.worth = 0.015625F;
  batch.projection_operations = 100;
  for (std::size_t i = 0; i < std::size_t{contexts} * rows.of.dimension; ++i) {
    batch.features.push_back(rows.value((std::uint64_t{1} << 40) + i));
  }
  const std::size_t bytes = sparse::screening::int4_bytes(rows.of.length);
  std::vector<std::int32_t> sums;
  std::vector<std::uint8_t> packed(bytes);
  for (std::uint32_t c = 0; c < contexts; ++c) {
    for (std::size_t i = 0; i < bytes; ++i) {
      batch.projected.push_back(
          static_cast<std::uint8_t>(rows.words.word((std::uint64_t{1} << 41) + c * bytes + i)));
    }
    for (std::uint64_t category = 0; category < rows.of.categories; ++category) {
      rows.screener_weights(category, packed);
      sums.push_back(rows.screener_bias(category) +
                     sparse::screening::dot_int4(
                         packed,
                         Span<const std::uint8_t>(batch.projected).subspan(c * bytes, bytes),
                         rows.of.length));
    }
  }
  batch.constants.threshold = sparse::screening::tune_threshold(sums, candidates * contexts);
  return batch;
}

inline std::string near_memory_technology() {
  return Bench::default_technology() +
         "  near_memory.test: {energy: 1 pJ, area: 1 um2, source: test}\n"
         "  enmc.memory_control: {energy: 1 pJ, source: test}\n"
         "  enmc.area.memory_control: {area: 1 um2, source: test}\n";
}

/// Units in ranks of one channel and their memory.
class NearMemorySystem {
 public:
  explicit NearMemorySystem(const near_memory::NearMemoryParams& params)
      : bench(near_memory_technology()),
        dram("dram", memory_params(params), ddr4_set_u(), bench.surroundings),
        machine("accelerator", with_design(params), bench.surroundings) {
    const auto bind = [&](const std::string& from, const std::string& to) {
      machine.initiators().at(from).bind(*dram.targets().at(to));
      machine.bound(from, dram, to);
    };
    for (std::uint32_t i = 0; i < params.ranks; ++i) {
      bind("rank_port" + std::to_string(i), "rank_port" + std::to_string(i));
    }
    bind("memory", "memory");
    bench.watchdog.watch(dram);
    bench.watchdog.watch(machine);
    dram.controller()->channel(0).record(&log_);
    sc_core::sc_start(sc_core::SC_ZERO_TIME);
  }
  void classify(const std::shared_ptr<RandomRows>& rows, const workload::ClassifierBatch& batch) {
    machine.place(rows->of, batch.contexts);
    for (const auto& share : machine.contents(rows)) {
      dram.storage().declare(share.base, share.bytes, share.content);
    }
    machine.submit(batch);
    bench.watchdog.run();
    dram.settle();
  }
  /// What the independent checker finds wrong with the commands of all ports.
  std::string broken_rules() const {
    RefreshDuty duty;
    duty.mode = RefreshDuty::Mode::all_bank;
    return text_of(test::broken_rules(log_, dram.device(), machine.layout().units, duty));
  }

 private:
  static memory::DramParams memory_params(const near_memory::NearMemoryParams& params) {
    memory::DramParams memory;
    memory.ranks = params.ranks;
    memory.address_map = Node::make_scalar("channel rank row bank column bankgroup");
    memory.rank_ports = true;
    memory.posted_writes = false;
    return memory;
  }
  static near_memory::NearMemoryParams with_design(near_memory::NearMemoryParams params) {
    params.design = "test";
    return params;
  }

 public:
  Bench bench;
  memory::Dram dram;
  near_memory::NearMemory machine;

 private:
  memory::CommandLog log_;
};

/// A processor with memory modules of a channel each.
class CpuSystem {
 public:
  explicit CpuSystem(const near_memory::CpuParams& params)
      : bench(Bench::default_technology()), machine("cpu", params, bench.surroundings) {
    for (std::uint32_t i = 0; i < params.channels; ++i) {
      drams.push_back(std::make_unique<memory::Dram>(("dram" + std::to_string(i)).c_str(),
                                                     memory::DramParams{}, ddr4_set_u(),
                                                     bench.surroundings));
      const std::string port = "memory" + std::to_string(i);
      machine.initiators().at(port).bind(*drams[i]->targets().at("memory"));
      machine.bound(port, *drams[i], "memory");
      bench.watchdog.watch(*drams[i]);
    }
    bench.watchdog.watch(machine);
    sc_core::sc_start(sc_core::SC_ZERO_TIME);
  }
  void classify(const std::shared_ptr<RandomRows>& rows, const workload::ClassifierBatch& batch) {
    machine.place(rows->of, batch.contexts);
    const auto shares = machine.contents(rows);
    for (std::size_t i = 0; i < shares.size(); ++i) {
      drams[i]->storage().declare(shares[i].base, shares[i].bytes, shares[i].content);
    }
    machine.submit(batch);
    bench.watchdog.run();
  }

  Bench bench;
  std::vector<std::unique_ptr<memory::Dram>> drams;
  near_memory::Cpu machine;
};

}  // namespace lacuna::test
