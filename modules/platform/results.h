// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/document.h"
#include "core/energy.h"
#include "core/statistics.h"
#include "core/summary.h"
#include "core/tensor.h"
#include "workload/quality.h"

namespace lacuna::platform {

/// What limited a layer: the larger part of its time, and the busiest resource of that part.
enum class Bound { compute, dram, noc, issue, buffer };
std::string name_of(Bound bound);

/// What a classification tells beside its time.
struct ClassifierFigures {
  double peak_gbps = 0;           ///< of all buses over which rows come
  std::uint64_t moved_bytes = 0;  ///< over these
  std::uint64_t candidates = 0;   ///< of all contexts; 0: full classification
  std::uint32_t contexts = 1;
  std::uint32_t units = 1;
  double static_pj = 0;  ///< of DRAM: refresh and standby
  double access_pj = 0;  ///< of DRAM: commands, data, pins
  double logic_pj = 0;   ///< everything else
};

/// The measurements of one layer on one accelerator.
struct LayerResult {
  std::string name;
  std::string accelerator;
  std::string kind;                ///< "conv", "gemm", "attention"
  std::uint64_t cycles = 0;        ///< accelerator clocks, doorbell to interrupt
  std::uint64_t array_cycles = 0;  ///< the array was in service
  std::uint64_t busy_cycles = 0;   ///< a weight column was worked on
  std::uint64_t fill_cycles = 0;
  std::uint64_t drain_stall_cycles = 0;
  std::uint64_t input_wait_cycles = 0;
  std::uint64_t output_wait_cycles = 0;
  double time_ns = 0;
  std::uint64_t macs = 0;
  std::uint64_t effective_macs = 0;
  std::uint64_t lane_cycles = 0;
  std::uint64_t effectual_lane_cycles = 0;
  std::uint64_t intra_pe_idle = 0;
  std::uint64_t inter_pe_idle = 0;
  std::uint64_t dram_read_bytes = 0;
  std::uint64_t dram_write_bytes = 0;
  std::uint64_t weight_bytes = 0;            ///< as stored, metadata included
  std::optional<workload::Quality> quality;  ///< where asked for
  std::optional<ClassifierFigures> classifier;
  EnergySummary energy;
  Bound bound = Bound::compute;
  bool verified = false;
  bool checked = false;           ///< false under --no-verify
  std::uint64_t output_hash = 0;  ///< FNV-1a of the output bytes as read back from memory
  std::string mismatch;           ///< layer, tile and element of the first wrong output
  std::string mapping;            ///< tiling, in words
};

/// One run: everything that stats.json holds.
struct RunResult {
  std::string platform;
  std::string workload;
  std::string version;
  std::uint64_t seed = 0;
  double host_seconds = 0;            ///< loading modelled memory and simulating
  double host_processor_seconds = 0;  ///< the same, of the simulating thread's processor
  double total_seconds = 0;           ///< tensors, compression and verification too
  std::vector<LayerResult> layers;
  double elapsed_ns = 0;  ///< simulated time of a run without layers
  EnergySummary energy;   ///< of everything in a run without layers; else it stands in the layers
  std::map<std::string, std::string> resources;  ///< serial_lanes, sram_bits, clock, dram, node
  double area_um2 = 0;
  std::map<std::string, double> area_by_block;
  struct StatisticValue {
    std::string path;
    std::string unit;
    std::string description;
    std::uint64_t value;
  };
  std::vector<StatisticValue> statistics;
  Summary summary;  ///< by module: at the top of stats.json
  std::vector<std::string> warnings;

  bool verified() const;
};

/// The text of stats.json (schema: doc/results.md).
std::string to_json(const RunResult& result);
/// The text of layers.csv.
std::string to_csv(const RunResult& result);

/// A tensor to be saved beside the results.
struct SavedTensor {
  std::string path;  ///< relative to the result folder: "outputs/conv1.npy"
  Tensor tensor;
};

/// Collects files in a hidden sibling folder; commit() moves them into place, and a destroyed, uncommitted one leaves nothing.
class ResultFolder {
 public:
  /// @throws Error (bad_input) when the folder cannot be made
  explicit ResultFolder(std::string path);
  ~ResultFolder();
  ResultFolder(const ResultFolder&) = delete;
  ResultFolder& operator=(const ResultFolder&) = delete;

  void write(const std::string& relative_path, const std::string& text);
  void write(const std::string& relative_path, const Tensor& tensor);
  void commit();

 private:
  std::string path_;
  std::string staging_;
};

}  // namespace lacuna::platform
