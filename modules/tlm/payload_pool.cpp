// SPDX-License-Identifier: Apache-2.0
#include "tlm/payload_pool.h"

#include <cstring>

#include "core/error.h"

namespace lacuna::tlm {

class PayloadPool::Pooled : public Payload {
 public:
  Pooled(PayloadPool* pool, std::size_t class_index)
      : Payload(pool), class_index(class_index), data(new std::uint8_t[capacity()]) {
    set_extension(&info);
  }
  // The information is a member: the payload's own destructor must not delete it.
  ~Pooled() override { clear_extension(&info); }

  std::size_t capacity() const { return std::size_t{1} << (class_index + smallest_class_bits); }

  std::size_t class_index;
  PayloadInfo info;
  std::unique_ptr<std::uint8_t[]> data;
  std::unique_ptr<std::uint8_t[]> byte_enables;  // made on first use
};

PayloadPool::PayloadPool() = default;
PayloadPool::~PayloadPool() = default;

Payload& PayloadPool::take(std::size_t bytes, const std::string* requester) {
  if (bytes == 0 || bytes > max_burst_bytes) {
    throw model_error("a payload of " + std::to_string(bytes) + " bytes: bursts are 1 to " +
                      std::to_string(max_burst_bytes) + " bytes long");
  }
  std::size_t class_index = 0;
  while ((std::size_t{1} << (class_index + smallest_class_bits)) < bytes) {
    ++class_index;
  }
  std::vector<Pooled*>& available = free_[class_index];
  if (available.empty()) {
    all_.push_back(std::make_unique<Pooled>(this, class_index));
    available.push_back(all_.back().get());
  }
  Pooled& payload = *available.back();
  available.pop_back();
  ++in_use_;

  payload.acquire();
  payload.info.clear();
  payload.info.requester = requester;
  payload.set_data_ptr(payload.data.get());
  payload.set_data_length(static_cast<unsigned>(bytes));
  payload.set_streaming_width(static_cast<unsigned>(bytes));
  payload.set_byte_enable_ptr(nullptr);
  payload.set_byte_enable_length(0);
  payload.set_dmi_allowed(false);
  payload.set_response_status(::tlm::TLM_INCOMPLETE_RESPONSE);
  return payload;
}

Payload& PayloadPool::read(std::uint64_t address, std::size_t bytes, const std::string* requester) {
  Payload& payload = take(bytes, requester);
  payload.set_command(::tlm::TLM_READ_COMMAND);
  payload.set_address(address);
  return payload;
}

Payload& PayloadPool::write(std::uint64_t address, Span<const std::uint8_t> data,
                            const std::string* requester) {
  Payload& payload = take(data.size(), requester);
  payload.set_command(::tlm::TLM_WRITE_COMMAND);
  payload.set_address(address);
  std::memcpy(payload.get_data_ptr(), data.data(), data.size());
  return payload;
}

Span<std::uint8_t> PayloadPool::add_byte_enables(Payload& payload) {
  auto& pooled = static_cast<Pooled&>(payload);
  if (!pooled.byte_enables) {
    pooled.byte_enables.reset(new std::uint8_t[pooled.capacity()]);
  }
  const std::size_t bytes = pooled.get_data_length();
  std::memset(pooled.byte_enables.get(), TLM_BYTE_DISABLED, bytes);
  pooled.set_byte_enable_ptr(pooled.byte_enables.get());
  pooled.set_byte_enable_length(static_cast<unsigned>(bytes));
  return {pooled.byte_enables.get(), bytes};
}

void PayloadPool::free(Payload* payload) {
  auto* pooled = static_cast<Pooled*>(payload);
  pooled->reset();  // drops extensions that others attached for this transaction only
  free_[pooled->class_index].push_back(pooled);
  --in_use_;
}

}  // namespace lacuna::tlm
