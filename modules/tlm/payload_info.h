// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "tlm/component.h"

namespace lacuna::tlm {

using Payload = ::tlm::tlm_generic_payload;

/// What travels with a payload beside address and data. Every pooled payload has one for life (a
/// sticky extension); modules must also serve payloads without it.
class PayloadInfo : public ::tlm::tlm_extension<PayloadInfo> {
 public:
  /// Who asked: hierarchical name, owned by the requester and valid as long as it. Statistics are
  /// kept by it.
  const std::string* requester = nullptr;
  /// Lower is served first among requests of the same instant.
  std::int32_t priority = 0;
  /// The requester's own number of the transaction; nobody else reads it.
  std::uint64_t tag = 0;
  /// When the first beat of the response's data existed. A link that carries the response may have
  /// moved beats since then (cut-through). Targets set it together with BEGIN_RESP; zero means only
  /// now.
  sc_core::sc_time first_beat;
  /// Why it was refused, in words, if whoever refused it says so beside the response status.
  std::string refusal;

  ::tlm::tlm_extension_base* clone() const override { return new PayloadInfo(*this); }
  void copy_from(const ::tlm::tlm_extension_base& other) override {
    *this = static_cast<const PayloadInfo&>(other);
  }
  void clear() {
    requester = nullptr;
    priority = 0;
    tag = 0;
    first_beat = sc_core::SC_ZERO_TIME;
    refusal.clear();
  }
};

inline PayloadInfo* info_of(const Payload& payload) {
  return payload.get_extension<PayloadInfo>();
}

/// The requester's name, or "other" for payloads that do not say.
inline const std::string& requester_of(const Payload& payload) {
  static const std::string other = "other";
  const PayloadInfo* info = info_of(payload);
  return info == nullptr || info->requester == nullptr ? other : *info->requester;
}
/// Why a payload was refused, in words.
std::string refusal_of(const Payload& payload);
inline std::int32_t priority_of(const Payload& payload) {
  const PayloadInfo* info = info_of(payload);
  return info == nullptr ? 0 : info->priority;
}

/// Arbitration order among requests of one instant: priority, then requester's name. Never who
/// called first. Requests that are equal in both are told apart by the caller (socket index, then
/// order on that socket).
bool precedes(const Payload& a, const Payload& b);

}  // namespace lacuna::tlm
