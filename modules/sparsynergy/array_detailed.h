// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "engine/clocked_array.h"
#include "sparsynergy/array_options.h"
#include "sparsynergy/fedp.h"
#include "sparsynergy/main_controller.h"

namespace lacuna::sparsynergy {

/// The array clock by clock: weight and activation registers are loaded; operands selected; column sums multiplied and
/// shifted; added to the partial sums. The four ranks of the authors' octet.
class DetailedArray final : public engine::ClockedArray, public LoadCounter {
 public:
  explicit DetailedArray(const ArrayOptions& options)
      : ClockedArray(options.overheads, fedp_columns * lanes),
        options_(options),
        controller_(options) {}

  std::uint32_t pass_bytes() const override { return controller_.segment_elements(); }
  void begin(const engine::TileOperands& operands, Span<std::int32_t> accumulators) override;
  const LoadCounts& loads() const override { return loads_; }

 private:
  struct Selected {
    engine::ColumnTag tag;
    bool first_columns = false;
    std::vector<WeightLoad> weights;
    std::vector<LaneOperands> operands;  // FEDP by FEDP, [groups, columns]
  };

  bool turn_weights() override { return controller_.turn(); }
  bool columns_done() const override {
    return controller_.done() && !loaded_.tag.valid && !selected_.tag.valid;
  }
  void fetch() override;
  void prepare() override;
  engine::ColumnTag multiply() override;
  void add_products(bool starts_accumulation) override;
  void read_sums(std::vector<std::int32_t>& values) const override;
  void count_idle(const engine::ColumnTag& tag) override;
  void count_load();

  ArrayOptions options_;
  MainController controller_;
  std::vector<Fedp> fedps_;  // [groups, columns]
  Issued loaded_;
  Selected selected_;
  LoadCounts loads_;
};

}  // namespace lacuna::sparsynergy
