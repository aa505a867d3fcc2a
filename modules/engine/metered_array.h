// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "core/energy.h"
#include "engine/array_model.h"
#include "tlm/surroundings.h"

namespace lacuna::engine {

/// The technology entries that price an array. An empty name: it has none such, or its machine charges for them itself.
struct ArrayTechnology {
  std::string pe;                ///< one PE for one cycle; its area
  std::string row_registers;     ///< weight registers and scheduler of one row for one cycle
  std::string column_registers;  ///< activation registers of one column for one pass
  std::string sum_generator;     ///< sums of one column's activations for one pass
  std::string transposer;        ///< one byte of run-time weights
  std::uint64_t pes = 0;         ///< whose area counts; 0: rows x columns
};

/// An array whose work is charged to the energy account: every PE in every busy cycle, whether its lanes are effectual or
/// not, as the papers' simulators count it; the registers of rows and columns; the output stage by result.
class MeteredArray final : public ArrayModel {
 public:
  /// @param path hierarchical name of the array, "accelerator.pe_array"
  MeteredArray(std::unique_ptr<ArrayModel> body, const std::string& path,
               const ArrayTechnology& technology, std::uint32_t rows, std::uint32_t columns,
               tlm::Surroundings& surroundings);

  std::uint32_t pass_bytes() const override { return body_->pass_bytes(); }
  bool clocked() const override { return body_->clocked(); }
  bool counts_values() const override { return body_->counts_values(); }
  bool reads_by_batch() const override { return body_->reads_by_batch(); }
  ArrayResult compute(const TileOperands& operands, Span<std::int32_t> accumulators) override;
  void begin(const TileOperands& operands, Span<std::int32_t> accumulators) override;
  bool step() override;
  ArrayResult result() const override { return body_->result(); }

 private:
  void charge(const ArrayResult& result, const TileGeometry& geometry, WeightSource source);

  std::unique_ptr<ArrayModel> body_;
  std::uint32_t rows_;
  std::uint32_t columns_;
  EnergyEvent* pe_cycles_;
  EnergyEvent* row_cycles_;
  EnergyEvent* column_passes_;
  EnergyEvent& results_;
  EnergyEvent& transposed_bytes_;
  EnergyEvent* column_sums_;
  const TileGeometry* geometry_ = nullptr;
  WeightSource source_ = WeightSource::stream;
};

}  // namespace lacuna::engine
