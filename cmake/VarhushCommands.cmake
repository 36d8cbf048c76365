# varhush_command(<name> HALF light|model SOURCES ... LINK ...)
# One command as the static library varhush_command_<name>. Light commands are linked into bin/varhush,
# model commands into libexec/varhush/varhush-model (and are left out of builds without LibTorch). The
# command exports `int run_<name>(int, const char* const*)`, declared in apps/<name>/command.hpp, and has
# one line in the table of apps/varhush/main.cpp (model commands also in apps/varhush-model/main.cpp).
function(varhush_command name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "HALF" "SOURCES;LINK")
    if(NOT arg_HALF MATCHES "^(light|model)$")
        message(FATAL_ERROR "varhush_command(${name}): HALF must be light or model")
    endif()
    if(arg_HALF STREQUAL "model" AND NOT VARHUSH_TORCH)
        return()
    endif()
    set(target varhush_command_${name})
    add_library(${target} STATIC ${arg_SOURCES})
    target_link_libraries(${target} PUBLIC varhush_app_common ${arg_LINK}
                          PRIVATE varhush_warnings)
    set_property(GLOBAL APPEND PROPERTY VARHUSH_COMMANDS_${arg_HALF} ${target})
    if(arg_HALF STREQUAL "light")
        set_property(TARGET ${target} PROPERTY VARHUSH_NEVER torch)
        set_property(GLOBAL APPEND PROPERTY VARHUSH_PARTS ${target})
    endif()
endfunction()
