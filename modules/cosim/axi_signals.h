// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <vector>

namespace lacuna::cosim {

/// Bytes that no burst crosses a multiple of [AXI A3.4.1].
inline constexpr std::uint64_t axi_page = 4096;

/// The widest data bus of an AXI port that bridges serve, in bytes.
inline constexpr unsigned max_axi_bytes = 64;
using AxiData = std::array<std::uint8_t, max_axi_bytes>;

/// Of AWBURST and ARBURST [AMBA AXI4, A3.4.1].
inline constexpr std::uint8_t axi_incr = 1;
/// Of BRESP and RRESP [A3.4.4].
enum AxiResponse : std::uint8_t { axi_okay = 0, axi_exokay = 1, axi_slverr = 2, axi_decerr = 3 };

/// What AWADDR or ARADDR carries with it.
struct AxiAddress {
  std::uint32_t id = 0;
  std::uint64_t address = 0;
  std::uint8_t length = 0;  ///< beats - 1
  std::uint8_t size = 0;    ///< log2 of the bytes of a beat
  std::uint8_t burst = axi_incr;

  unsigned beats() const { return length + 1u; }
  unsigned beat_bytes() const { return 1u << size; }
  /// Address of a beat; the first one may be unaligned, others are not [A3.4.1].
  std::uint64_t beat_address(unsigned beat) const {
    return beat == 0 ? address
                     : address / beat_bytes() * beat_bytes() + beat * std::uint64_t{beat_bytes()};
  }
  friend bool operator==(const AxiAddress& a, const AxiAddress& b) {
    return a.id == b.id && a.address == b.address && a.length == b.length && a.size == b.size &&
           a.burst == b.burst;
  }
};

struct AxiWriteBeat {
  AxiData data{};
  std::uint64_t strobes = 0;  ///< bit i: lane i
  bool last = true;
  friend bool operator==(const AxiWriteBeat& a, const AxiWriteBeat& b) {
    return a.data == b.data && a.strobes == b.strobes && a.last == b.last;
  }
};

struct AxiWriteResponse {
  std::uint32_t id = 0;
  std::uint8_t response = axi_okay;
  friend bool operator==(const AxiWriteResponse& a, const AxiWriteResponse& b) {
    return a.id == b.id && a.response == b.response;
  }
};

struct AxiReadBeat {
  std::uint32_t id = 0;
  AxiData data{};
  std::uint8_t response = axi_okay;
  bool last = true;
  friend bool operator==(const AxiReadBeat& a, const AxiReadBeat& b) {
    return a.id == b.id && a.data == b.data && a.response == b.response && a.last == b.last;
  }
};

template <class Beat>
struct AxiChannel {
  bool valid = false;
  bool ready = false;
  Beat beat;
};

/// All signals of an AXI4 port. The manager drives addresses, write data and the readies of responses; the subordinate the rest.
struct AxiSignals {
  AxiChannel<AxiAddress> aw;
  AxiChannel<AxiWriteBeat> w;
  AxiChannel<AxiWriteResponse> b;
  AxiChannel<AxiAddress> ar;
  AxiChannel<AxiReadBeat> r;
};

/// The pins of one AXI port of a model: what the model drives, and what is driven into it.
class AxiPins {
 public:
  virtual ~AxiPins() = default;
  /// Reads what the model drives, after it has settled; leaves the rest alone.
  virtual void sample(AxiSignals& signals) = 0;
  /// Sets the model's inputs.
  virtual void drive(const AxiSignals& signals) = 0;
};

/// One AXI transaction. Data cover all bytes of all beats: from the first beat's address, rounded down to a beat.
struct AxiBurst {
  bool write = false;
  AxiAddress address;
  std::vector<std::uint8_t> data;
  std::vector<bool> enables;  ///< of a write, by byte of data
  std::uint8_t response = axi_okay;
  std::uint64_t tag = 0;  ///< the owner's own

  std::uint64_t first_byte() const {
    return address.address / address.beat_bytes() * address.beat_bytes();
  }
};

}  // namespace lacuna::cosim
