// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "core/statistics.h"
#include "engine/array_result.h"

namespace lacuna::engine {

/// Statistics of an array that counts the values at its edges (ArrayModel::counts_values).
class ValueCounters {
 public:
  /// @param path of the array: "accelerator.pe_array"
  ValueCounters(Statistics& statistics, const std::string& path)
      : weight_reads_(statistics.add(path + ".weight_reads", Measure::count,
                                     "weights taken from the weight buffer")),
        activation_reads_(statistics.add(path + ".activation_reads", Measure::count,
                                         "activations taken from the activation buffer")),
        sum_reads_(statistics.add(path + ".sum_reads", Measure::count,
                                  "sums of earlier parts of a reduction taken up again")),
        sum_writes_(statistics.add(path + ".sum_writes", Measure::count,
                                   "sums given away, of a part of a reduction or complete")) {}

  void add(const ArrayResult& result) {
    weight_reads_ += result.weight_reads;
    activation_reads_ += result.activation_reads;
    sum_reads_ += result.sum_reads;
    sum_writes_ += result.sum_writes;
  }

 private:
  Counter& weight_reads_;
  Counter& activation_reads_;
  Counter& sum_reads_;
  Counter& sum_writes_;
};

}  // namespace lacuna::engine
