// SPDX-License-Identifier: Apache-2.0
//
// The registers of every accelerator, as doc/registers.md documents them. All are 32 bits wide,
// little-endian, and answer aligned accesses of 4 bytes only.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace lacuna::engine {

enum class RegisterAccess : std::uint8_t { read, write, read_write };

/// Byte offsets from the accelerator's base address.
enum class Register : std::uint32_t {
  id = 0x00,
  version = 0x04,
  status = 0x08,
  interrupt_enable = 0x0C,
  interrupt_clear = 0x10,
  job_address_low = 0x14,
  job_address_high = 0x18,
  doorbell = 0x1C,
  error_code = 0x20,
  job_cycles_low = 0x24,
  job_cycles_high = 0x28,
  array_cycles_low = 0x2C,
  array_cycles_high = 0x30,
};

struct RegisterEntry {
  Register offset;
  std::string_view name;
  RegisterAccess access;
  std::string_view description;
};

inline constexpr std::array<RegisterEntry, 13> register_map{{
    {Register::id, "ID", RegisterAccess::read, "which accelerator this is, four letters"},
    {Register::version, "VERSION", RegisterAccess::read, "of this map and of the job descriptor"},
    {Register::status, "STATUS", RegisterAccess::read, "idle, busy, done, error"},
    {Register::interrupt_enable, "INTERRUPT_ENABLE", RegisterAccess::read_write,
     "which of done and error raise the interrupt"},
    {Register::interrupt_clear, "INTERRUPT_CLEAR", RegisterAccess::read_write,
     "read: done and error as in STATUS; write: ones clear them"},
    {Register::job_address_low, "JOB_ADDRESS_LOW", RegisterAccess::read_write,
     "where the next job's descriptor lies in memory"},
    {Register::job_address_high, "JOB_ADDRESS_HIGH", RegisterAccess::read_write, "its upper half"},
    {Register::doorbell, "DOORBELL", RegisterAccess::write, "bit 0: start the job"},
    {Register::error_code, "ERROR_CODE", RegisterAccess::read,
     "why the last job ended in an error"},
    {Register::job_cycles_low, "JOB_CYCLES_LOW", RegisterAccess::read,
     "clocks from doorbell to interrupt of the last job"},
    {Register::job_cycles_high, "JOB_CYCLES_HIGH", RegisterAccess::read, "its upper half"},
    {Register::array_cycles_low, "ARRAY_CYCLES_LOW", RegisterAccess::read,
     "clocks in which the array worked on tiles of the last job"},
    {Register::array_cycles_high, "ARRAY_CYCLES_HIGH", RegisterAccess::read, "its upper half"},
}};

inline constexpr std::uint64_t register_bytes = 4;
/// The space that a memory map gives to an accelerator's registers at least.
inline constexpr std::uint64_t register_space = register_map.size() * register_bytes;
inline constexpr std::uint32_t register_map_version = 1;

/// Bits of STATUS; done and error are also those of INTERRUPT_ENABLE and INTERRUPT_CLEAR.
inline constexpr std::uint32_t status_idle = 1u << 0;
inline constexpr std::uint32_t status_busy = 1u << 1;
inline constexpr std::uint32_t status_done = 1u << 2;
inline constexpr std::uint32_t status_error = 1u << 3;

/// Values of ERROR_CODE.
enum class JobFault : std::uint32_t {
  none = 0,
  bad_descriptor = 1,  ///< no descriptor at the address, or one that cannot be
  memory = 2,          ///< a read or write was refused
  machine = 3,         ///< the job does not fit the machine
};

/// Four letters as they are read from memory: "BVRT".
constexpr std::uint32_t accelerator_id(const char (&letters)[5]) {
  std::uint32_t id = 0;
  for (int i = 3; i >= 0; --i) {
    id = id << 8 | static_cast<std::uint8_t>(letters[i]);
  }
  return id;
}

}  // namespace lacuna::engine
