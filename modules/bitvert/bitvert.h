// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>

#include "bitvert/params.h"
#include "engine/array_accelerator.h"
#include "sparse/bbs_selection.h"
#include "tlm/module_type.h"

namespace lacuna::bitvert {

/// BitVert: a bit-serial accelerator for weights with bi-directional bit-level sparsity [BBS §IV]. Compressed weights,
/// metadata and channel indices come from memory; the array skips the columns that are not stored.
class Bitvert final : public engine::ArrayAccelerator {
 public:
  Bitvert(const sc_core::sc_module_name& name, const BitvertParams& params,
          tlm::Surroundings& surroundings);

  void survey(const std::vector<engine::ChannelSensitivity>& network) override;
  engine::PreparedLayer prepare(const workload::Layer& layer, const Tensor& weights,
                                const engine::PrepareOptions& options,
                                engine::AddressAllocator& memory) override;
  engine::Resources resources() const override;

 private:
  const BitvertParams params_;
  std::map<std::string, sparse::ChannelSelection> selections_;  // by layer
};

/// Module type `bitvert`.
tlm::ModuleType module_type();

}  // namespace lacuna::bitvert
