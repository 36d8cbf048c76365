#pragma once

#include "varhush/core/error.hpp"

#include <htslib/bgzf.h>
#include <htslib/hts.h>
#include <htslib/kstring.h>
#include <htslib/tbx.h>
#include <htslib/vcf.h>

#include <cstdlib>
#include <memory>
#include <string>

namespace varhush::io {

/// Deleter that calls one HTSlib function.
template <auto Destroy>
struct Call {
    template <class T>
    void operator()(T* handle) const noexcept {
        Destroy(handle);
    }
};

using VcfHeaderPtr = std::unique_ptr<bcf_hdr_t, Call<bcf_hdr_destroy>>;
using VcfRecordPtr = std::unique_ptr<bcf1_t, Call<bcf_destroy>>;
using HtsFilePtr = std::unique_ptr<htsFile, Call<hts_close>>;  // unwinding only: close() checks
using BgzfPtr = std::unique_ptr<BGZF, Call<bgzf_close>>;
using TabixPtr = std::unique_ptr<tbx_t, Call<tbx_destroy>>;
using IndexPtr = std::unique_ptr<hts_idx_t, Call<hts_idx_destroy>>;
using IteratorPtr = std::unique_ptr<hts_itr_t, Call<hts_itr_destroy>>;
using CharPtr = std::unique_ptr<char, Call<std::free>>;

/// A kstring_t that frees itself.
struct KString : kstring_t {
    KString() : kstring_t{0, 0, nullptr} {}
    ~KString() { std::free(s); }
    KString(const KString&) = delete;
    KString& operator=(const KString&) = delete;
};

/// HTSlib says nothing of its own unless our level is debug: what it would print is in our errors.
void quiet_htslib() noexcept;

/// "message: No space left on device"; without errno only the message.
std::string with_errno(std::string message, int error_number);

/// Opens an existing local file (or "-") for reading and tells apart why that failed.
/// @throws Error{kInput}
HtsFilePtr open_for_reading(const std::string& path);

/// How messages call an input: the path, or "standard input".
std::string display_name(const std::string& path);

}  // namespace varhush::io
