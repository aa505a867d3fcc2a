// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <vector>

#include "cosim/axi_signals.h"
#include "cosim/handshake_checker.h"

namespace lacuna::cosim {

/// A rule that AxiChecker has, and where AMBA states it.
struct AxiRule {
  const char* name;
  const char* source;
};
const std::vector<AxiRule>& axi_rules();

/// Watches an AXI4 port, or an AXI4-Lite one, and reports every rule that either side breaks: the five handshakes, and what
/// transactions owe each other. Only INCR bursts are legal here, as bridges serve no others.
class AxiChecker {
 public:
  struct Options {
    unsigned data_bytes = 8;
    bool lite = false;           ///< one beat of the bus's width
    std::uint64_t patience = 0;  ///< clocks for a ready; 0: any
  };
  AxiChecker(const Options& options, ViolationListener listener);

  /// Signals as they are at a rising edge.
  void clock(const AxiSignals& signals);
  /// The same while reset is active.
  void reset(const AxiSignals& signals);

 private:
  struct Write {
    AxiAddress address;
    bool data_done = false;
  };
  struct Read {
    AxiAddress address;
    unsigned beats = 0;
  };
  void check_address(const char* channel, const AxiAddress& address);
  void take_write_data();
  void check_write_response(const AxiWriteResponse& beat);
  void take_write_response(const AxiWriteResponse& beat);
  void take_read_beat(const AxiReadBeat& beat);
  void check_strobes(const AxiAddress& address, unsigned beat, std::uint64_t strobes);
  void check_response(const char* channel, std::uint8_t response);
  void report(const char* rule, const char* channel, const std::string& text);

  Options options_;
  ViolationListener listener_;
  HandshakeChecker<AxiAddress> aw_;
  HandshakeChecker<AxiWriteBeat> w_;
  HandshakeChecker<AxiWriteResponse> b_;
  HandshakeChecker<AxiAddress> ar_;
  HandshakeChecker<AxiReadBeat> r_;
  std::uint64_t cycle_ = 0;
  std::deque<Write> writes_;              // addresses, in order; the response removes them
  std::deque<AxiWriteBeat> write_beats_;  // that came before their address
  bool response_shown_ = false;           // valid of B waits for ready
  unsigned beat_ = 0;                     // of the oldest write without all its data
  std::map<std::uint32_t, std::deque<Read>> reads_;
};

}  // namespace lacuna::cosim
