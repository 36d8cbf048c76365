# varhush_library(<part> SOURCES ... PUBLIC ... PRIVATE ... NEVER torch|HTSlib ...)
# One part of lib/ as the static library varhush::<part>. Sources are listed by hand. NEVER names what
# the part must not reach through the link graph: varhush_check_layers() walks it at configure time.

add_library(varhush_warnings INTERFACE)
target_compile_options(varhush_warnings INTERFACE -Wall -Wextra -Wshadow -Wconversion
                       $<$<BOOL:${VARHUSH_WERROR}>:-Werror>)
if(VARHUSH_SANITIZE)
    add_compile_options(-fsanitize=${VARHUSH_SANITIZE} -fno-omit-frame-pointer
                        -fno-sanitize-recover=all)
    add_link_options(-fsanitize=${VARHUSH_SANITIZE})
    # GCC 12 sees uninitialised reads inside libstdc++'s own <regex> once instrumented; it documents that
    # the sanitizers make this warning unreliable. Every other build keeps it.
    add_compile_options(-Wno-maybe-uninitialized)
endif()

set_property(GLOBAL PROPERTY VARHUSH_PARTS "")

function(varhush_library part)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;PUBLIC;PRIVATE;NEVER")
    set(target varhush_${part})
    add_library(${target} STATIC ${arg_SOURCES})
    add_library(varhush::${part} ALIAS ${target})
    target_include_directories(${target} PUBLIC include PRIVATE src)
    target_link_libraries(${target} PUBLIC ${arg_PUBLIC}
                          PRIVATE ${arg_PRIVATE} $<BUILD_INTERFACE:varhush_warnings>)
    set_property(TARGET ${target} PROPERTY VARHUSH_NEVER "${arg_NEVER}")
    set_property(GLOBAL APPEND PROPERTY VARHUSH_PARTS ${target})
endfunction()

# Which outside library a link item stands for; empty when it is none we keep watch on.
function(_varhush_outside item result)
    set(${result} "" PARENT_SCOPE)
    if(item MATCHES "torch|c10|TORCH")
        set(${result} torch PARENT_SCOPE)
    elseif(item MATCHES "HTSLIB|[/ ]hts")
        set(${result} HTSlib PARENT_SCOPE)
    endif()
endfunction()

function(_varhush_walk target path never)
    get_target_property(links ${target} LINK_LIBRARIES)
    foreach(item IN LISTS links)
        string(REGEX REPLACE "^varhush::" "varhush_" item "${item}")
        if(item MATCHES "BUILD_INTERFACE")
            continue()
        endif()
        _varhush_outside("${item}" outside)
        if(outside AND outside IN_LIST never)
            message(FATAL_ERROR "layering: ${path} -> ${outside}")
        endif()
        if(item MATCHES "^varhush_" AND TARGET ${item})
            if(item IN_LIST never)
                message(FATAL_ERROR "layering: ${path} -> ${item}")
            endif()
            _varhush_walk(${item} "${path} -> ${item}" "${never}")
        endif()
    endforeach()
endfunction()

function(varhush_check_layers)
    get_property(parts GLOBAL PROPERTY VARHUSH_PARTS)
    foreach(part IN LISTS parts)
        get_property(never TARGET ${part} PROPERTY VARHUSH_NEVER)
        if(never)
            _varhush_walk(${part} ${part} "${never}")
        endif()
    endforeach()
endfunction()
