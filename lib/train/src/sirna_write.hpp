#pragma once

#include "sirna_job.hpp"
#include "varhush/models/sirna_ensemble.hpp"
#include "varhush/models/sirna_mix.hpp"

#include <vector>

namespace varhush::train {

/// What was found from held-out predictions in one state.
struct SirnaSettled {
    models::SirnaMix mix;
    models::SirnaCalibration calibration;
};

/// Writes the ensemble and, where asked for, the watched predictions of every epoch. Weights are
/// stored as 16-bit floats, what few numbers depend on as 32-bit.
void write_sirna_model(const SirnaWork& work,
                       const std::vector<SirnaJob>& jobs,
                       const std::vector<SirnaResult>& results,
                       const std::vector<SirnaSettled>& settled);

}  // namespace varhush::train
