// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <list>

#include "cosim/axi_signals.h"
#include "cosim/stream.h"

namespace lacuna::cosim {

/// How a bridge plays its side of an AXI port.
struct AxiBridgeOptions {
  unsigned data_bytes = 8;
  unsigned outstanding = 8;  ///< transactions of each direction
  unsigned throttle = 0;     ///< percent of cycles in which each channel waits
  std::uint64_t seed = 1;
};

/// Plays the subordinate of an AXI4 port: takes bursts from a manager in RTL, hands them on whole, and answers when it is told
/// to. Responses of one ID leave in the order of its addresses, those of several IDs as they come.
class AxiSubordinate {
 public:
  /// @param request told of every burst once all of it is here; answered by respond(), whenever
  AxiSubordinate(const AxiBridgeOptions& options, std::function<void(AxiBurst)> request);

  /// A burst with response and, if it was a read, its data.
  void respond(AxiBurst burst);
  /// Sets the signals that a subordinate drives, before the model settles.
  void drive(AxiSignals& signals);
  /// The rising edge.
  void clock(const AxiSignals& signals);
  bool idle() const;

 private:
  struct Entry {
    AxiBurst burst;
    bool answered = false;
  };
  using Entries = std::list<Entry>;  // in the order of their addresses

  void take_write_data();
  void take_read(const AxiAddress& address);
  void send_responses(Entries& entries);
  void send_read(const AxiBurst& burst);

  AxiBridgeOptions options_;
  std::function<void(AxiBurst)> request_;
  StreamMonitor<AxiAddress> write_addresses_;
  StreamMonitor<AxiWriteBeat> write_data_;
  StreamMonitor<AxiAddress> read_addresses_;
  StreamDriver<AxiWriteResponse> write_responses_;
  StreamDriver<AxiReadBeat> read_data_;
  AxiBurst incoming_;  // the write that data come for
  unsigned beat_ = 0;
  Entries writes_;
  Entries reads_;
  std::uint64_t next_tag_ = 0;
};

}  // namespace lacuna::cosim
