// SPDX-License-Identifier: Apache-2.0
#include "tlm/payload_info.h"

namespace lacuna::tlm {

std::string refusal_of(const Payload& payload) {
  const PayloadInfo* info = info_of(payload);
  if (info != nullptr && !info->refusal.empty()) {
    return info->refusal;
  }
  return payload.get_response_status() == ::tlm::TLM_ADDRESS_ERROR_RESPONSE
             ? "there is no memory at that address"
             : payload.get_response_string();
}

bool precedes(const Payload& a, const Payload& b) {
  const std::int32_t first = priority_of(a);
  const std::int32_t second = priority_of(b);
  return first != second ? first < second : requester_of(a) < requester_of(b);
}

}  // namespace lacuna::tlm
