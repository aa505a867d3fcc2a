// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <vector>

#include "cosim/axi_signals.h"
#include "cosim/axi_subordinate.h"
#include "cosim/stream.h"

namespace lacuna::cosim {

/// The bursts that carry bytes [address, address + bytes): INCR, at most `max_beats` of the bus's width each, none across a
/// boundary of 4 KiB; the first beat of the first one may be unaligned. Data and enables of writes are for the caller to fill in.
/// `aligned`: addresses are multiples of the bus's width, as AXI4-Lite wants them.
std::vector<AxiBurst> cut_into_bursts(std::uint64_t address, std::uint64_t bytes, bool write,
                                      unsigned data_bytes, unsigned max_beats, bool aligned);

/// Plays the manager of an AXI4 port: sends bursts to a subordinate in RTL, up to one outstanding of each direction with every
/// ID, and tells what came of them.
class AxiManager {
 public:
  /// @param ids how many it may use; 1 for AXI4-Lite
  AxiManager(const AxiBridgeOptions& options, unsigned ids, std::function<void(AxiBurst)> done);

  /// Its ID is the manager's to choose.
  void submit(AxiBurst burst) {
    (burst.write ? writes_ : reads_).waiting.push_back(std::move(burst));
  }
  /// Sets the signals that a manager drives, before the model settles.
  void drive(AxiSignals& signals);
  /// The rising edge.
  void clock(const AxiSignals& signals);
  bool idle() const;
  std::size_t outstanding() const { return writes_.size() + reads_.size(); }

 private:
  struct Direction {
    std::deque<AxiBurst> waiting;
    std::map<std::uint32_t, AxiBurst> sent;  // by ID
    std::map<std::uint32_t, unsigned> beats;
    std::size_t size() const { return waiting.size() + sent.size(); }
  };
  void send(Direction& direction);
  void send_data(const AxiBurst& burst);
  void finish(Direction& direction, std::uint32_t id);
  void take_read(const AxiReadBeat& beat);

  AxiBridgeOptions options_;
  unsigned ids_;
  std::function<void(AxiBurst)> done_;
  StreamDriver<AxiAddress> write_addresses_;
  StreamDriver<AxiWriteBeat> write_data_;
  StreamDriver<AxiAddress> read_addresses_;
  StreamMonitor<AxiWriteResponse> write_responses_;
  StreamMonitor<AxiReadBeat> read_data_;
  Direction writes_;
  Direction reads_;
};

}  // namespace lacuna::cosim
