// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cosim/axi_signals.h"
#include "cosim/handshake_checker.h"

namespace lacuna::cosim {

struct AxiStreamBeat {
  AxiData data{};
  std::uint64_t keep = 0;  ///< bit i: byte i is part of the stream
  bool last = false;       ///< of a packet
  friend bool operator==(const AxiStreamBeat& a, const AxiStreamBeat& b) {
    return a.data == b.data && a.keep == b.keep && a.last == b.last;
  }
};

/// The signals of an AXI4-Stream port.
struct AxiStreamSignals {
  AxiChannel<AxiStreamBeat> t;
};

/// The pins of one stream port of a model.
class AxiStreamPins {
 public:
  virtual ~AxiStreamPins() = default;
  /// Reads what the model drives, after it has settled; leaves the rest alone.
  virtual void sample(AxiStreamSignals& signals) = 0;
  /// Sets the model's inputs.
  virtual void drive(const AxiStreamSignals& signals) = 0;
};

/// The beats of a packet: whole words, and what is left in the last one.
std::vector<AxiStreamBeat> cut_into_beats(const std::uint8_t* bytes, std::size_t count,
                                          unsigned data_bytes);

/// Watches a stream port: the handshake [AMBA AXI4-Stream, 2.2], and that bytes are packed, as bridges want them: all of a word, but
/// for the last one of a packet, which has its lowest ones. Rules are those of HandshakeChecker, and "sparse_keep".
class AxiStreamChecker {
 public:
  AxiStreamChecker(unsigned data_bytes, std::uint64_t patience, ViolationListener listener);

  void clock(const AxiStreamSignals& signals);
  void reset(const AxiStreamSignals& signals) { handshake_.reset(signals.t.valid); }

 private:
  unsigned data_bytes_;
  ViolationListener listener_;
  HandshakeChecker<AxiStreamBeat> handshake_;
  std::uint64_t cycle_ = 0;
};

}  // namespace lacuna::cosim
