// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/tensor.h"
#include "engine/array_result.h"
#include "engine/job.h"
#include "reference/dot_products.h"
#include "tlm/component.h"
#include "workload/layer.h"

namespace lacuna::engine {

/// Bytes that must stand in memory before a job starts.
struct MemoryImage {
  std::string what;  ///< "weights", "tile table": for messages
  std::uint64_t address = 0;
  std::vector<std::uint8_t> bytes;
};

/// Hands out addresses of the memory region that jobs use, upwards.
class AddressAllocator {
 public:
  AddressAllocator(std::uint64_t base, std::uint64_t size) : next_(base), end_(base + size) {}
  /// @throws Error (bad_input) when the region is full
  std::uint64_t allocate(std::uint64_t bytes, const std::string& what);

 private:
  std::uint64_t next_;
  std::uint64_t end_;
};

/// How the platform wants a layer to be mapped and stored.
struct PrepareOptions {
  PositionSpread spread = PositionSpread::any;
  OutputType output = OutputType::int8;
  double memory_bytes_per_cycle = 16.0;  ///< what the mapper may expect of DRAM
  bool on_chip = false;                  ///< tensors that fit stay in the machine between layers
};

/// A layer ready to run: the job, everything it reads beside the activations, and what its outputs must be made from.
struct PreparedLayer {
  JobDescriptor job;  ///< all but the activations' and outputs' addresses and the channel scales
  std::vector<MemoryImage> images;
  Tensor
      decoded_weights;  ///< int16, in the shape of the layer's weights: what the encoder promised
  std::vector<std::uint16_t>
      channel_order;               ///< channel of every slot; no_channel where a block has none
  std::uint64_t weight_bytes = 0;  ///< as stored, all tiles once
  std::uint64_t metadata_bytes = 0;
  std::uint64_t squared_error = 0;  ///< of the decoded weights against the uncompressed ones
  reference::DotProducts products = reference::dot_products;  ///< what the machine's sums are
};

/// What the equal-resource check of an experiment compares.
struct Resources {
  std::uint64_t serial_lanes = 0;    ///< one weight bit times one activation a clock
  std::uint64_t macs_per_cycle = 0;  ///< at most, of dense int8 operands
  std::uint64_t sram_bits = 0;
  Frequency clock;
};

/// Scale factors of one layer's channels: the sensitivity that global channel selection sorts by.
struct ChannelSensitivity {
  std::string layer;
  std::vector<float> scales;
  std::uint32_t groups = 1;
};

/// What one job did, as its accelerator counted it.
struct JobRecord {
  std::uint64_t cycles = 0;        ///< doorbell to interrupt
  std::uint64_t array_cycles = 0;  ///< the array worked on tiles
  std::uint64_t input_wait_cycles = 0;
  std::uint64_t output_wait_cycles = 0;
  ArrayResult array;  ///< sum over the job's tiles
};

/// How one tile step spent its time, in clocks.
struct TileTrace {
  std::uint64_t busy = 0;      ///< in service: first operand beat to last output beat
  std::uint64_t wait_in = 0;   ///< for operands
  std::uint64_t wait_out = 0;  ///< for a free half of the output buffer
  friend bool operator==(const TileTrace& a, const TileTrace& b) {
    return a.busy == b.busy && a.wait_in == b.wait_in && a.wait_out == b.wait_out;
  }
};

/// An accelerator that runs layers. What is particular to it beside its blocks: how weights are stored.
class Accelerator : public tlm::Component {
 public:
  using Component::Component;

  /// Told once per network, before the first prepare(): global decisions such as channel selection.
  virtual void survey(const std::vector<ChannelSensitivity>& network) = 0;
  /// Packs a layer's weights for this machine and chooses its mapping.
  virtual PreparedLayer prepare(const workload::Layer& layer, const Tensor& weights,
                                const PrepareOptions& options, AddressAllocator& memory) = 0;
  virtual Resources resources() const = 0;
  /// What the job that ended last did.
  virtual JobRecord last_job() const = 0;
  /// Its tile steps, in order.
  virtual std::vector<TileTrace> last_tiles() const = 0;
};

}  // namespace lacuna::engine
