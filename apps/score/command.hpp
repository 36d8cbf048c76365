#pragma once

namespace varhush::apps {

/// `varhush score`: score every ALT allele of a VCF/BCF and annotate. On the processor the splice
/// networks need no LibTorch; where a graphics card is wanted it becomes varhush-model.
int run_score(int argc, const char* const* argv);

}  // namespace varhush::apps
