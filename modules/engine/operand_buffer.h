// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <systemc>

#include "engine/dma_endpoint.h"
#include "memory/sram_buffer.h"

namespace lacuna::engine {

/// An on-chip buffer that is filled ahead: regions are acquired, used and released first in, first out.
class OperandBuffer {
 public:
  /// How regions are laid out.
  enum class Policy {
    halves,  ///< double buffering: every region is one half, whatever it needs
    ring,    ///< one after another, around the end
  };

  /// The buffer becomes a child of the module under construction.
  OperandBuffer(const char* name, const memory::SramParams& params, Policy policy,
                tlm::Surroundings& surroundings, EnergyBoundary boundary = EnergyBoundary::paper);

  memory::SramBuffer& sram() { return sram_; }
  const memory::SramBuffer& sram() const { return sram_; }
  /// The largest region that can be acquired.
  std::uint64_t largest_region() const;

  /// Waits in an SC_THREAD until a region is free. @return its offset
  /// @throws Error (stuck) when it can never be
  std::uint64_t acquire(std::uint64_t bytes);
  /// Frees the region acquired first.
  void release();
  bool waiting() const { return waiting_; }  ///< somebody waits in acquire()

  /// Loads and stores at offsets of the whole buffer, counted as accesses.
  DmaEndpoint& endpoint() { return counted_; }
  /// The same, not counted.
  DmaEndpoint& debug_endpoint() { return debug_; }

 private:
  struct Region {
    std::uint64_t offset;
    std::uint64_t bytes;
  };
  class Endpoint final : public DmaEndpoint {
   public:
    Endpoint(memory::SramBuffer& sram, bool counted) : sram_(sram), counted_(counted) {}
    void put(std::uint64_t offset, Span<const std::uint8_t> bytes) override;
    void get(std::uint64_t offset, Span<std::uint8_t> bytes) override;

   private:
    memory::SramBuffer& sram_;
    bool counted_;
  };
  bool is_free(const Region& region) const;

  memory::SramBuffer sram_;
  const Policy policy_;
  Endpoint counted_{sram_, true};
  Endpoint debug_{sram_, false};
  std::deque<Region> regions_;
  std::uint64_t next_offset_ = 0;
  bool waiting_ = false;
  sc_core::sc_event released_;
};

}  // namespace lacuna::engine
