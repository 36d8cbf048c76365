# cmake --install: both executables, man pages, completions, documentation. `cpack` in the build folder
# makes the Debian package (needs dpkg-dev).
# bin/ and libexec/varhush/ are fixed: the launcher finds its other half at ../libexec/varhush.
set(pages ${PROJECT_BINARY_DIR}/pages)
install(CODE "
    execute_process(
        COMMAND bash ${PROJECT_SOURCE_DIR}/scripts/lib/make_pages.sh
                ${CMAKE_RUNTIME_OUTPUT_DIRECTORY}/varhush ${pages}
        COMMAND_ERROR_IS_FATAL ANY)")
install(DIRECTORY ${pages}/man1 DESTINATION ${CMAKE_INSTALL_MANDIR})
install(FILES ${pages}/varhush.bash
        DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME varhush)
install(FILES ${pages}/_varhush DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions)
install(FILES ${pages}/varhush.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
install(FILES README.md CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR} RENAME copyright)
install(DIRECTORY docs/ DESTINATION ${CMAKE_INSTALL_DOCDIR}/docs FILES_MATCHING PATTERN "*.md")

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME varhush)
set(CPACK_PACKAGE_CONTACT "the varhush authors <varhush@users.noreply.example>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "effects of non-coding variants on gene regulation")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
if(VARHUSH_TORCH)
    # Without it LibTorch falls back to the reference BLAS, 10 to 100 times slower.
    set(CPACK_DEBIAN_PACKAGE_DEPENDS "libopenblas0-pthread | libopenblas0")
endif()
include(CPack)
