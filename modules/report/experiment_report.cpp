// SPDX-License-Identifier: Apache-2.0
#include "report/experiment_report.h"

#include <set>

#include <fmt/format.h>

#include "platform/experiment_metrics.h"
#include "report/classification_report.h"
#include "report/published_table.h"
#include "report/table.h"

namespace lacuna::report {

using platform::Experiment;
using platform::Measurement;
using platform::RungResult;
using platform::Target;

namespace {

RungResult rung_of(const Target& target, const std::vector<RungResult>& rungs) {
  if (target.rung == platform::every_rung) {
    return platform::all_rungs(rungs);
  }
  for (const RungResult& rung : rungs) {
    if (rung.name == target.rung) {
      return rung;
    }
  }
  return rungs.back();
}

/// "1.52", or with its spread "1.52 (1.49 .. 1.55)".
std::string ratio_text(const platform::Ratio& ratio) {
  return ratio.draws > 1
             ? fmt::format("{:.3f} ({:.3f} .. {:.3f})", ratio.mean, ratio.least, ratio.most)
             : fmt::format("{:.3f}", ratio.mean);
}

/// Published numbers beside ours; of classifiers, with what the buses alone would allow.
std::string targets_table(const Experiment& experiment, const std::vector<RungResult>& rungs) {
  const bool classifies = is_classification(rungs);
  std::vector<std::string> header = {"metric", "side",      "over", "rung", "workload",
                                     "source", "published", "ours", "ratio"};
  if (classifies) {
    header.emplace_back("ceiling");
  }
  Table table(header);
  for (const Target& target : experiment.targets) {
    const RungResult rung = rung_of(target, rungs);
    const platform::Ratio ours =
        platform::compare_sides(rung, target.metric, target.mode, target.over, target.workload);
    std::vector<std::string> row = {target.metric,
                                    target.mode,
                                    platform::is_absolute(target.metric) ? "-" : target.over,
                                    rung.name,
                                    target.workload.empty() ? "all" : target.workload,
                                    target.source,
                                    fmt::format("{:.2f}", target.published),
                                    ratio_text(ours),
                                    fmt::format("{:.3f}", ours.mean / target.published)};
    if (classifies) {
      const bool of_time = target.metric == "speedup_geomean" || target.metric == "speedup_mean";
      row.push_back(of_time ? fmt::format("{:.1f}", platform::compare_sides(
                                                        rung, "streaming_geomean", target.mode,
                                                        target.over, target.workload)
                                                        .mean)
                            : "-");
    }
    table.add(row);
  }
  return table.markdown();
}

std::string ladder_table(const Experiment& experiment, const std::vector<RungResult>& rungs,
                         const std::string& metric) {
  std::vector<std::string> header = {"rung"};
  for (const auto& [side, machine] : experiment.sides) {
    if (side != "base") {
      header.push_back(side);
    }
  }
  Table table(header);
  for (const RungResult& rung : rungs) {
    std::vector<std::string> row = {rung.name};
    for (const auto& [side, machine] : experiment.sides) {
      if (side != "base") {
        row.push_back(ratio_text(platform::compare_sides(rung, metric, side, "base")));
      }
    }
    table.add(row);
  }
  return table.markdown();
}

/// Speedups over the areas that the experiment states; nothing when it states none.
std::string area_text(const Experiment& experiment, const std::vector<RungResult>& rungs) {
  if (experiment.area.empty()) {
    return {};
  }
  std::string areas;
  for (const auto& [name, side] : experiment.sides) {
    areas += fmt::format("{}{} {:.2f}", areas.empty() ? "" : ", ", name, side.area);
  }
  return fmt::format("Performance per area of the computing units ({}: {}):\n\n", experiment.area,
                     areas) +
         ladder_table(experiment, rungs, "perf_per_stated_area_geomean") + "\n";
}

/// What quantized activations lose beside what networks were published to lose; nothing when the experiment has no such study.
std::string activation_loss_text(const Experiment& experiment) {
  const platform::ActivationLossStudy& study = experiment.activation_loss;
  if (study.empty()) {
    return {};
  }
  const platform::ActivationLossResult result = platform::measure_activation_loss(study);
  Table table({"format", "SQNR of activations", "bits an activation, with metadata",
               "published change, mean"});
  for (const platform::ActivationLoss& loss : result.formats) {
    table.add({loss.format, fmt::format("{:.1f} dB", loss.sqnr_db),
               fmt::format("{:.2f}", loss.bits_per_activation),
               fmt::format("{:+.2f} %", loss.mean_change)});
  }
  std::string networks;
  for (std::size_t i = 0; i < study.networks.size(); ++i) {
    networks += fmt::format("{}{} {:.2f}", i == 0 ? "" : ", ", study.networks[i],
                            result.rank_correlations[i]);
  }
  return fmt::format(
      "## Loss of activations\n\nA proxy: the error of synthetic activations, {:.0f} % of them "
      "zero, "
      "bits of the others set as in {}. No network is run, and no accuracy comes out.\n\n{}\nRank "
      "correlation (Spearman) of error and published loss: {:.2f} for the mean; {}.\n\n",
      100 * study.zeros, study.source, table.markdown(), result.mean_rank_correlation, networks);
}

/// What must be equal, and who differs in what and why.
std::string equality_text(const Experiment& experiment) {
  std::string text;
  for (const auto& [resource, value] : experiment.equal) {
    text += fmt::format("{}{} {}", text.empty() ? "Equal, and checked: " : ", ", resource, value);
  }
  text += text.empty() ? "" : ".\n";
  for (const auto& [side, machine] : experiment.sides) {
    for (const auto& [resource, value] : machine.equal) {
      text += fmt::format("- {} has {} {}: {}\n", side, resource, value, machine.reason);
    }
  }
  return text.empty() ? text : text + "\n";
}

const Measurement* base_of(const RungResult& rung, const Measurement& own) {
  for (const Measurement& measured : rung.measurements) {
    if (measured.side == "base" && measured.workload == own.workload && measured.draw == own.draw) {
      return &measured;
    }
  }
  return nullptr;
}

std::string rung_table(const RungResult& rung) {
  Table table({"workload", "side", "cycles", "speedup", "energy ratio (paper)",
               "energy ratio (full)", "stored weights", "busy", "fill, drain", "drain stall",
               "waiting in", "waiting out", "idle in PEs", "idle between PEs", "bound (layers)"});
  for (const Measurement& measured : rung.measurements) {
    const Measurement* base = base_of(rung, measured);
    if (base == nullptr || measured.draw != rung.measurements.front().draw) {
      continue;
    }
    const auto share = [&](const char* cause) {
      const auto found = measured.shares.find(cause);
      return fmt::format("{:.1f} %", found == measured.shares.end() ? 0 : 100 * found->second);
    };
    table.add({measured.workload, measured.side,
               with_separators(static_cast<unsigned long long>(measured.cycles)),
               fmt::format("{:.3f}", base->time_ns / measured.time_ns),
               fmt::format("{:.3f}", base->energy_paper_pj / measured.energy_paper_pj),
               fmt::format("{:.3f}", base->energy_full_pj / measured.energy_full_pj),
               fmt::format("{:.2f} MB", measured.weight_bytes * 1e-6), share("busy"),
               share("fill_and_drain"), share("drain_stall"), share("waiting_for_input"),
               share("waiting_for_output"), fmt::format("{:.1f} %", 100 * measured.intra_pe_idle),
               fmt::format("{:.1f} %", 100 * measured.inter_pe_idle), measured.bounds});
  }
  return table.markdown();
}

/// What each side reaches on its own, with the first draw.
std::string throughput_table(const RungResult& rung) {
  Table table({"workload", "side", "GOPS", "TOPS/W", "mm2", "GOPS/mm2"});
  for (const Measurement& measured : rung.measurements) {
    if (measured.draw == rung.measurements.front().draw) {
      const auto figure = [&](const char* metric) {
        return fmt::format("{:.4g}", platform::figure_of(measured, metric));
      };
      table.add({measured.workload, measured.side, figure("gops_geomean"),
                 figure("tops_per_watt_geomean"), fmt::format("{:.3f}", measured.area_um2 * 1e-6),
                 figure("gops_per_mm2_geomean")});
    }
  }
  return "Throughput (an operation is half a MAC, zeros counted; power in the boundary that the "
         "paper counts):\n\n" +
         table.markdown();
}

/// Energy of each side by category, in microjoules, of the first draw.
std::string energy_table(const RungResult& rung) {
  std::set<std::string> categories;
  for (const Measurement& measured : rung.measurements) {
    for (const auto& [category, picojoules] : measured.energy_pj) {
      categories.insert(category);
    }
  }
  std::vector<std::string> header = {"workload", "side"};
  header.insert(header.end(), categories.begin(), categories.end());
  Table table(header);
  for (const Measurement& measured : rung.measurements) {
    if (measured.draw != rung.measurements.front().draw) {
      continue;
    }
    std::vector<std::string> row = {measured.workload, measured.side};
    for (const std::string& category : categories) {
      const auto found = measured.energy_pj.find(category);
      row.push_back(found == measured.energy_pj.end()
                        ? std::string("-")
                        : fmt::format("{:.2f}", found->second * 1e-6));
    }
    table.add(row);
  }
  return "Energy in uJ:\n\n" + table.markdown();
}

/// What encoders lose; nothing when no run measured it.
std::string quality_table(const RungResult& rung) {
  Table table({"workload", "side", "weight SQNR", "weight KL", "output SQNR", "top-1 agreement"});
  bool measured_any = false;
  const auto decibels = [](double ratio) {
    return ratio == 0 ? std::string("lossless") : fmt::format("{:.1f} dB", ratio);
  };
  for (const Measurement& measured : rung.measurements) {
    const platform::QualityMeans& quality = measured.quality;
    if (quality.layers == 0 || measured.draw != rung.measurements.front().draw) {
      continue;
    }
    measured_any = true;
    table.add({measured.workload, measured.side, decibels(quality.weight_sqnr_db),
               fmt::format("{:.3e}", quality.weight_kl), decibels(quality.output_sqnr_db),
               fmt::format("{:.1f} %", 100 * quality.top1_agreement)});
  }
  return measured_any ? "What encoders lose, means over the layers; on synthetic tensors, no "
                        "accuracy:\n\n" +
                            table.markdown() + "\n"
                      : std::string();
}

}  // namespace

std::string experiment_report(const Experiment& experiment, const std::vector<RungResult>& rungs) {
  std::string text = fmt::format("# {}: {}\n\n", experiment.system, experiment.paper);
  text += equality_text(experiment);
  if (!experiment.targets.empty()) {
    text += "## Published and ours\n\n" + targets_table(experiment, rungs) + "\n";
  }
  text += published_text(experiment, rungs);
  if (is_classification(rungs)) {
    return text + classification_text(experiment, rungs);
  }
  text +=
      "## The ladder\n\nGeometric means over the workloads, base / side; in brackets the least and "
      "the most of all draws of weights. Each rung keeps what the ones above it changed.\n\n";
  text += "Speedup:\n\n" + ladder_table(experiment, rungs, "speedup_geomean") + "\n";
  text += (experiment.energy.empty() ? std::string("Energy in the paper's boundary:\n\n")
                                     : fmt::format("Energy that the paper counts ({}):\n\n",
                                                   fmt::join(experiment.energy, ", "))) +
          ladder_table(experiment, rungs, "energy_geomean") + "\n";
  text += area_text(experiment, rungs);
  text += "Energy, everything:\n\n" + ladder_table(experiment, rungs, "energy_full_geomean") + "\n";
  text += "Energy (as the paper counts) x delay:\n\n" +
          ladder_table(experiment, rungs, "edp_geomean") + "\n";
  text +=
      "Performance per area:\n\n" + ladder_table(experiment, rungs, "perf_per_area_geomean") + "\n";
  for (std::size_t i = 0; i < rungs.size(); ++i) {
    text += fmt::format("## Rung {}: {}\n\n", i + 1, rungs[i].name);
    for (const platform::Override& change : experiment.ladder[i].set) {
      text += fmt::format("- `{} = {}`\n", change.path, change.value);
    }
    text += "\n" + rung_table(rungs[i]) + "\n" + throughput_table(rungs[i]) + "\n" +
            energy_table(rungs[i]) + "\n" + quality_table(rungs[i]);
  }
  return text + activation_loss_text(experiment);
}

}  // namespace lacuna::report
