// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "memory/storage.h"
#include "near_memory/layout.h"
#include "workload/classifier_data.h"

namespace lacuna::near_memory {

/// Everything that a unit's memory holds before it begins, from its first byte to layout.declared.
std::shared_ptr<const memory::DeclaredBytes> declared_rows(
    std::shared_ptr<const workload::ClassifierData> data, const UnitLayout& layout,
    std::uint32_t unit);

/// What lies behind one of several sockets over which such bytes are interleaved.
std::shared_ptr<const memory::DeclaredBytes> interleaved_bytes(
    std::shared_ptr<const memory::DeclaredBytes> whole, std::uint32_t socket, std::uint32_t sockets,
    std::uint64_t interleave);

}  // namespace lacuna::near_memory
