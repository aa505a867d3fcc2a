// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "memory/dram_address_map.h"
#include "memory/dram_channel.h"

namespace lacuna::memory {

/// A payload as channels serve it: bytes [address, address + bytes), bytes > 0.
struct DramTransfer {
  std::uint64_t address = 0;
  std::uint64_t bytes = 0;
  bool write = false;
  std::int32_t priority = 0;
  Clock visible = 0;          ///< first clock at which a command may be issued for it
  std::uint32_t id = 0;       ///< the caller's
  std::uint64_t payload = 0;  ///< its number, for command logs
  bool inside = false;        ///< from within the rank in which all of it lies
};

/// Where the first burst of a transfer lies.
struct DramStart {
  DramLocation location;
  std::uint32_t flip = 0;  ///< see DramRun
};

/// When a transfer was served, and what its bursts moved.
struct TransferDone {
  std::uint32_t id = 0;
  Clock first_data = 0;
  Clock end_of_data = 0;        ///< the clock after the last data
  std::uint64_t bus_bytes = 0;  ///< whole bursts, ragged ends included
};

/// All channels of a memory: cuts transfers into runs by the address map, and puts their ends
/// together. No SystemC.
class DramController {
 public:
  /// @throws Error (bad_input) when the device has no refresh of the kind that is asked for, or the
  /// map does not fit
  DramController(const DramDevice& device, std::uint32_t channels, std::uint32_t ranks,
                 const Node& address_map, const DramPolicies& policies);
  DramController(const DramDevice& device, std::uint32_t channels, std::uint32_t ranks,
                 const std::string& address_map, const DramPolicies& policies);

  /// From now on transfers may come from within ranks. @param ahead as DramChannel::serve_ranks
  void serve_ranks(bool ahead = true);

  DramStart start_of(std::uint64_t address) const {
    return {map_.decode(address), map_.lane_flip(address)};
  }
  /// Transfers come in the order of `visible`, none before the last advance().
  /// @param start  start_of() its address
  void add(const DramTransfer& transfer, const DramStart& start);
  void add(const DramTransfer& transfer) { add(transfer, start_of(transfer.address)); }
  /// The same of instructions to logic beside the devices of a rank, each channel's in this order.
  void add(const DramInstruction& instruction) { channels_[instruction.channel].add(instruction); }
  /// Issued and not yet taken by anybody; data may still be under way.
  std::vector<DramInstructionDone>& instructed() { return instructed_; }
  /// No other instruction is issued before; DramChannel::never if none waits.
  Clock earliest_instruction() const;
  /// Decides everything at clocks before `until`: no transfer added later may be visible before.
  void advance(Clock until);
  /// Transfers whose last column command is issued, as far as anybody needs to know, and which nobody has
  /// taken yet. Their data may still be under way.
  std::vector<TransferDone>& done() { return done_; }

  bool idle() const;
  /// No transfer (`reads`: no read) under way ends before; DramChannel::never if there is none.
  Clock earliest_end(bool reads = false) const;
  /// Not everything is done before.
  Clock earliest_drain() const;
  /// Whether all bytes lie in one rank of one channel.
  bool within(const DramTransfer& transfer, std::uint32_t channel, std::uint32_t rank) const;
  /// Whether any of the bytes lie in a (channel, rank) of which `which` is true.
  bool meets(const DramTransfer& transfer,
             const std::function<bool(std::uint32_t, std::uint32_t)>& which) const;
  /// The same of a transfer that could be added now.
  /// @param start   start_of() its address
  /// @param others  from when on transfers are visible that have not been added either
  Clock earliest_end(const DramTransfer& transfer, const DramStart& start, Clock others) const;
  /// When this transfer would end if nothing came after it. Changes nothing.
  TransferDone estimate(const DramTransfer& transfer) const;

  const DramDevice& device() const { return device_; }
  std::uint64_t capacity() const;
  std::uint32_t channels() const { return static_cast<std::uint32_t>(channels_.size()); }
  DramChannel& channel(std::uint32_t index) { return channels_[index]; }
  const DramAddressMap& address_map() const { return map_; }
  /// Of all channels together, up to clock `now`, to which they have advanced.
  DramCommandCounts counts(Clock now);

 private:
  struct Pending {
    TransferDone done;
    std::uint32_t runs = 0;
  };
  template <class Visit>
  void for_each_run(const DramTransfer& transfer, const DramStart& start, Visit visit) const;
  void collect(DramChannel& channel);

  DramDevice device_;
  std::uint32_t ranks_;
  DramAddressMap map_;
  DramAddressMap::Run run_;
  unsigned burst_shift_;  // log2 of a burst's bytes
  std::vector<DramChannel> channels_;
  std::vector<Pending> pending_;
  std::vector<std::uint32_t> free_;
  std::vector<TransferDone> done_;
  std::vector<DramInstructionDone> instructed_;
};

}  // namespace lacuna::memory
