// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "core/random.h"
#include "enmc/classifier.h"
#include "enmc/dimm.h"
#include "enmc/host.h"
#include "memory/dram.h"
#include "sparse/screening/candidates.h"
#include "sparse/screening/int4.h"
#include "support/port_checker.h"
#include "unit/memory/devices.h"
#include "unit/tlm/bench.h"

namespace lacuna::test {

inline std::string enmc_technology() {
  std::string text = Bench::default_technology();
  for (const char* entry :
       {"int4_mac", "fp32_mac", "compute_buffer", "control", "memory_control", "area.int4_macs",
        "area.fp32_macs", "area.compute_buffer", "area.control", "area.memory_control"}) {
    text += std::string("  enmc.") + entry + ": {energy: 1 pJ, area: 1 um2, source: test}\n";
  }
  return text;
}

struct EnmcSetup {
  std::uint32_t channels = 1;
  std::uint32_t ranks = 2;  ///< of a channel
  enmc::RankParams rank;
  enmc::HostParams host;
  bool refresh = true;
};

/// DIMMs, their memory, and the host.
class EnmcSystem {
 public:
  explicit EnmcSystem(const EnmcSetup& setup)
      : setup_(setup),
        bench(enmc_technology()),
        dram("dram", memory_params(setup), ddr4_set_u(), bench.surroundings),
        dimm("accelerator", dimm_params(setup), bench.surroundings),
        host("host", setup.host, bench.surroundings),
        logs_(setup.channels) {
    for (std::uint32_t i = 0; i < setup.channels * setup.ranks; ++i) {
      const std::string port = "rank_port" + std::to_string(i);
      const std::string instructions = "rank_instructions" + std::to_string(i);
      dimm.initiators().at(port).bind(*dram.targets().at(port));
      dimm.bound(port, dram, port);
      dimm.interface_users().at(instructions).bind(dram.interfaces().at(instructions).pointer);
    }
    host.initiators().at("memory").bind(*dram.targets().at("memory"));
    host.bound("memory", dram, "memory");
    host.interface_users().at("dimms").bind(dimm.interfaces().at("dimms").pointer);
    bench.watchdog.watch(dram);
    bench.watchdog.watch(dimm);
    bench.watchdog.watch(host);
    for (std::uint32_t c = 0; c < setup.channels; ++c) {
      dram.controller()->channel(c).record(&logs_[c]);
    }
    sc_core::sc_start(sc_core::SC_ZERO_TIME);
  }
  void run() {
    bench.watchdog.run();
    dram.settle();
  }
  /// What the independent checker finds wrong with the commands of all ports.
  std::string broken_rules() const {
    RefreshDuty duty;
    duty.mode = setup_.refresh ? RefreshDuty::Mode::all_bank : RefreshDuty::Mode::none;
    std::string all;
    for (const memory::CommandLog& log : logs_) {
      all += text_of(test::broken_rules(log, dram.device(), setup_.ranks, duty));
    }
    return all;
  }
  const memory::CommandLog& log(std::uint32_t channel) const { return logs_[channel]; }

 private:
  static memory::DramParams memory_params(const EnmcSetup& setup) {
    memory::DramParams params;
    params.channels = setup.channels;
    params.ranks = setup.ranks;
    params.address_map = Node::make_scalar("channel rank row bank column bankgroup");
    params.rank_ports = true;
    params.rank_scheduler = memory::DramScheduling::fcfs;
    params.posted_writes = false;
    params.refresh = setup.refresh ? memory::DramRefresh::all_bank : memory::DramRefresh::off;
    params.instruction_window =
        Bytes(ddr4_set_u().organisation.rank_bytes() * std::uint64_t{setup.channels} * setup.ranks);
    return params;
  }
  static enmc::DimmParams dimm_params(const EnmcSetup& setup) {
    enmc::DimmParams params;
    params.ranks = setup.channels * setup.ranks;
    params.rank = setup.rank;
    return params;
  }
  EnmcSetup setup_;

 public:
  Bench bench;
  memory::Dram dram;
  enmc::Dimm dimm;
  enmc::Host host;

 private:
  std::vector<memory::CommandLog> logs_;
};

/// A classifier of random weights, whose screener knows nothing of them, with a threshold that lets
/// about a share of the categories pass.
inline enmc::EnmcClassifier random_classifier(std::uint64_t seed, std::size_t categories,
                                              std::size_t dimension, std::size_t length) {
  enmc::EnmcClassifier classifier(sparse::screening::TernaryProjection(seed, length, dimension));
  const RandomStream words(seed, "classifier");
  std::uint64_t at = 0;
  const auto value = [&] {
    return static_cast<float>(static_cast<std::int32_t>(words.word(at++) >> 16) - 32768) / 32768.0F;
  };
  for (std::size_t i = 0; i < categories * dimension; ++i) {
    classifier.all_weights.push_back(value());
  }
  const std::size_t row_bytes = sparse::screening::int4_bytes(length);
  for (std::size_t i = 0; i < categories; ++i) {
    classifier.all_biases.push_back(value());
    classifier.screener_biases.push_back(static_cast<std::int32_t>(words.word(at++) >> 25) - 64);
    for (std::size_t b = 0; b < row_bytes; ++b) {
      classifier.screener.push_back(static_cast<std::uint8_t>(words.word(at++) >> 24));
    }
  }
  classifier.format.fraction_bits = 12;
  classifier.format.step = 1500;
  classifier.worth = 0.0625F / 4;
  return classifier;
}

/// Contexts for it, projected; sets its threshold so that about `candidates` of each pass.
inline enmc::Batch random_batch(enmc::EnmcClassifier& classifier, std::uint64_t seed,
                                std::uint32_t contexts, std::size_t candidates) {
  enmc::Batch batch;
  const enmc::ClassifierShape shape = classifier.shape();
  const RandomStream words(seed, "contexts");
  for (std::size_t i = 0; i < std::size_t{contexts} * shape.dimension; ++i) {
    batch.features.push_back(
        static_cast<float>(static_cast<std::int32_t>(words.word(i) >> 16) - 32768) / 32768.0F);
  }
  const std::size_t row_bytes = sparse::screening::int4_bytes(shape.length);
  batch.projected.resize(contexts * row_bytes);
  std::vector<std::int32_t> sums;
  for (std::uint32_t i = 0; i < contexts; ++i) {
    const Span<std::uint8_t> packed =
        Span<std::uint8_t>(batch.projected).subspan(i * row_bytes, row_bytes);
    sparse::screening::screen_context(
        classifier.projection, classifier.format,
        Span<const float>(batch.features)
            .subspan(std::size_t{i} * shape.dimension, shape.dimension),
        packed);
    for (std::uint64_t c = 0; c < shape.categories; ++c) {
      const Span<const std::uint8_t> row =
          Span<const std::uint8_t>(classifier.screener).subspan(c * row_bytes, row_bytes);
      sums.push_back(classifier.screener_biases[c] +
                     sparse::screening::dot_int4(row, packed, shape.length));
    }
  }
  classifier.threshold = sparse::screening::tune_threshold(sums, candidates * contexts);
  batch.data = &classifier;
  batch.contexts = contexts;
  batch.constants.dimension = shape.dimension;
  batch.constants.length = shape.length;
  batch.constants.threshold = classifier.threshold;
  batch.constants.worth = classifier.worth;
  batch.projection_operations = classifier.projection.additions() * contexts;
  return batch;
}

}  // namespace lacuna::test
