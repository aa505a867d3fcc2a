// SPDX-License-Identifier: Apache-2.0
#include "memory/sram_buffer.h"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

#include "memory/sram_technology.h"
#include "memory/storage.h"

namespace lacuna::memory {

void SramParams::validate(Validation& check) const {
  check.require(capacity.value() % (std::uint64_t{banks} * word_bytes()) == 0, "capacity",
                "must be whole words in every bank: a multiple of banks x word_bits / 8");
}

SramBuffer::SramBuffer(const sc_core::sc_module_name& name, const SramParams& params,
                       tlm::Surroundings& surroundings, EnergyBoundary boundary)
    : Component(name),
      memory("memory"),
      params_(params),
      bytes_(params.capacity.value()),
      faults_(surroundings.faults),
      fault_id_(faults_.add_storage(this->name(), bytes_.size())),
      read_words_(surroundings.statistics.add(std::string(this->name()) + ".read_words",
                                              Measure::count, "bank words read")),
      write_words_(surroundings.statistics.add(std::string(this->name()) + ".write_words",
                                               Measure::count, "bank words written")),
      read_bytes_(surroundings.statistics.add(std::string(this->name()) + ".read_bytes",
                                              Measure::bytes, "bytes asked for and read")),
      write_bytes_(surroundings.statistics.add(std::string(this->name()) + ".write_bytes",
                                               Measure::bytes, "bytes written")) {
  for (std::size_t i = 0; i < bytes_.size(); ++i) {
    bytes_[i] = Storage::unwritten(i);
  }
  const SramMacro macro = params.technology.empty()
                              ? sram_macro(surroundings.technology, params.bank_capacity())
                              : sram_macro(surroundings.technology, params.technology);
  const double bits = params.word_bits;
  const double banks = params.banks;
  const std::string path = this->name();
  read_energy_ = &surroundings.energy.add(path + ".read", "sram", macro.read_bit * bits, boundary);
  write_energy_ =
      &surroundings.energy.add(path + ".write", "sram", macro.write_bit * bits, boundary);
  surroundings.energy.add_static(path + ".leakage", "leakage", macro.leakage * banks,
                                 EnergyBoundary::full);
  surroundings.area.add(path, macro.area, params.banks);

  offer_target("memory", memory);
  memory.register_nb_transport_fw(this, &SramBuffer::nb_transport_fw);
  memory.register_b_transport(this, &SramBuffer::b_transport);
  memory.register_transport_dbg(this, &SramBuffer::transport_dbg);
  memory.register_get_direct_mem_ptr(this, &SramBuffer::get_direct_mem_ptr);
}

std::uint64_t SramBuffer::words(std::uint64_t offset, std::uint64_t bytes) const {
  const std::uint64_t width = params_.word_bytes();
  return bytes == 0 ? 0 : (offset + bytes - 1) / width - offset / width + 1;
}

void SramBuffer::require(std::uint64_t offset, std::uint64_t bytes) const {
  if (offset > bytes_.size() || bytes > bytes_.size() - offset) {
    throw model_error(
        fmt::format("{}: bytes {} to {} of {}", name(), offset, offset + bytes, bytes_.size()));
  }
}

void SramBuffer::count_reads(std::uint64_t words) {
  read_words_ += words;
  read_energy_->count += words;
}

void SramBuffer::count_writes(std::uint64_t words) {
  write_words_ += words;
  write_energy_->count += words;
}

Span<const std::uint8_t> SramBuffer::peek(std::uint64_t offset, std::uint64_t bytes) const {
  require(offset, bytes);
  return {bytes_.data() + offset, bytes};
}

Span<const std::uint8_t> SramBuffer::read(std::uint64_t offset, std::uint64_t bytes) {
  require(offset, bytes);
  count_reads(words(offset, bytes));
  read_bytes_ += bytes;
  return {bytes_.data() + offset, bytes};
}

void SramBuffer::write(std::uint64_t offset, Span<const std::uint8_t> data) {
  require(offset, data.size());
  count_writes(words(offset, data.size()));
  write_bytes_ += data.size();
  store(offset, data);
}

void SramBuffer::store(std::uint64_t offset, Span<const std::uint8_t> data) {
  if (data.empty()) {
    return;
  }
  std::memcpy(bytes_.data() + offset, data.data(), data.size());
  faults_.after_write(fault_id_, offset, {bytes_.data() + offset, data.size()});
}

void SramBuffer::b_transport(int, tlm::Payload& payload, sc_core::sc_time&) {
  const std::uint64_t offset = payload.get_address();
  const std::uint64_t bytes = payload.get_data_length();
  if (offset > bytes_.size() || bytes > bytes_.size() - offset) {
    payload.set_response_status(::tlm::TLM_ADDRESS_ERROR_RESPONSE);
    return;
  }
  if (bytes == 0 || payload.get_streaming_width() < bytes) {
    payload.set_response_status(::tlm::TLM_BURST_ERROR_RESPONSE);
    return;
  }
  if (payload.get_byte_enable_ptr() != nullptr) {
    payload.set_response_status(::tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE);
    return;
  }
  if (payload.is_read()) {
    std::memcpy(payload.get_data_ptr(), read(offset, bytes).data(), bytes);
  } else if (payload.is_write()) {
    write(offset, {payload.get_data_ptr(), bytes});
  }
  payload.set_response_status(::tlm::TLM_OK_RESPONSE);
}

::tlm::tlm_sync_enum SramBuffer::nb_transport_fw(int socket, tlm::Payload& payload,
                                                 ::tlm::tlm_phase& phase, sc_core::sc_time& delay) {
  if (phase == ::tlm::BEGIN_REQ) {
    b_transport(socket, payload, delay);
  }
  return ::tlm::TLM_COMPLETED;
}

unsigned SramBuffer::transport_dbg(int, tlm::Payload& payload) {
  const std::uint64_t offset = payload.get_address();
  if (offset >= bytes_.size()) {
    return 0;
  }
  const std::uint64_t bytes =
      std::min<std::uint64_t>(payload.get_data_length(), bytes_.size() - offset);
  if (payload.is_read()) {
    std::memcpy(payload.get_data_ptr(), bytes_.data() + offset, bytes);
  } else if (payload.is_write()) {
    store(offset, {payload.get_data_ptr(), bytes});
  }
  return static_cast<unsigned>(bytes);
}

bool SramBuffer::get_direct_mem_ptr(int, tlm::Payload&, ::tlm::tlm_dmi& dmi) {
  dmi.init();
  dmi.set_dmi_ptr(bytes_.data());
  dmi.set_start_address(0);
  dmi.set_end_address(bytes_.size() - 1);
  dmi.allow_read_write();
  return true;
}

}  // namespace lacuna::memory
