// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "engine/accelerator.h"
#include "engine/mapper.h"
#include "engine/metered_array.h"
#include "engine/tile_pipeline.h"
#include "tlm/module_type.h"

namespace lacuna::engine {

/// What an accelerator made of one array in a tile pipeline is built from.
struct ArrayAcceleratorParts {
  /// Makes the array's body, once. @param path hierarchical name of the array, "accelerator.pe_array"
  std::function<std::unique_ptr<ArrayModel>(const std::string& path)> body;
  ArrayTechnology technology;
  std::uint32_t rows = 0;  ///< of PEs
  std::uint32_t columns = 0;
  TilePipelineParams blocks;
  std::uint32_t id = 0;  ///< engine::accelerator_id()
  Frequency clock;
};

/// An accelerator made of one array in a tile pipeline. What a machine adds: the body of its array, and how weights are
/// stored.
class ArrayAccelerator : public Accelerator {
 public:
  JobRecord last_job() const override { return pipeline_.job()->record; }
  std::vector<TileTrace> last_tiles() const override { return pipeline_.job()->trace; }
  std::string waiting_for() const override { return pipeline_.waiting_for(); }
  /// Nothing to decide, for machines that treat every channel alike.
  void survey(const std::vector<ChannelSensitivity>& network) override;

 protected:
  ArrayAccelerator(const sc_core::sc_module_name& name, const ArrayAcceleratorParts& parts,
                   tlm::Surroundings& surroundings);

  /// What the mapper may fill.
  MapperLimits limits(const PrepareOptions& options) const;

 private:
  const TilePipelineParams blocks_;
  const std::uint32_t rows_;
  const std::uint32_t columns_;
  MeteredArray array_;
  TilePipeline pipeline_;
};

/// The sockets that every ArrayAccelerator offers.
std::vector<tlm::PortDocumentation> array_accelerator_ports();

}  // namespace lacuna::engine
