// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "core/energy.h"
#include "core/statistics.h"
#include "engine/array_model.h"
#include "sparsynergy/array_options.h"
#include "tlm/surroundings.h"

namespace lacuna::sparsynergy {

/// An array whose stalls stand in the statistics, and whose work is charged to the energy account: dot products as
/// computing, operand selection and vector addressing as what sparsity costs, registers as such.
class LoadMeter final : public engine::ArrayModel {
 public:
  /// @param counter of the body, or of a part of it
  /// @param path hierarchical name of the array, "accelerator.pe_array"
  LoadMeter(std::unique_ptr<engine::ArrayModel> body, const LoadCounter& counter,
            const std::string& path, unsigned octets, tlm::Surroundings& surroundings);

  std::uint32_t pass_bytes() const override { return body_->pass_bytes(); }
  bool clocked() const override { return body_->clocked(); }
  engine::ArrayResult compute(const engine::TileOperands& operands,
                              Span<std::int32_t> accumulators) override;
  void begin(const engine::TileOperands& operands, Span<std::int32_t> accumulators) override;
  bool step() override;
  engine::ArrayResult result() const override { return body_->result(); }

 private:
  void charge(const engine::TileGeometry& geometry, const engine::ArrayResult& result);

  std::unique_ptr<engine::ArrayModel> body_;
  const LoadCounter& counter_;
  const engine::TileGeometry* geometry_ = nullptr;

  Counter& feed_stalls_;
  Counter& hazard_stalls_;
  Counter& second_loads_;
  Counter& fedp_loads_;
  EnergyEvent& dot_products_;
  EnergyEvent& selections_;
  EnergyEvent& index_registers_;
  EnergyEvent& weight_registers_;
  EnergyEvent& sum_registers_;
  EnergyEvent& activation_bytes_;
};

}  // namespace lacuna::sparsynergy
