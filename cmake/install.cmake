# What `cmake --install` puts where. The .pc file finds its prefix by its own place, so that
# --prefix and DESTDIR need no new configure.
include(CMakePackageConfigHelpers)

install(TARGETS steme_static steme_shared EXPORT steme
    LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
    ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(DIRECTORY include/steme DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN *.h)

file(RELATIVE_PATH STEME_PC_PREFIX /prefix/${CMAKE_INSTALL_LIBDIR}/pkgconfig /prefix)
string(REGEX REPLACE "/$" "" STEME_PC_PREFIX "${STEME_PC_PREFIX}")
# Libs.private, not Requires.private: that would hand on the flags by which we compile against these
# libraries, and the public headers need none of them.
set(private_libraries ${STEME_SODIUM_STATIC_LDFLAGS} ${STEME_UTF8PROC_STATIC_LDFLAGS}
                      ${STEME_BLAKE3_STATIC_LDFLAGS} -pthread)
list(REMOVE_DUPLICATES private_libraries)
foreach(folder IN LISTS CMAKE_C_IMPLICIT_LINK_DIRECTORIES)
    list(REMOVE_ITEM private_libraries -L${folder})
endforeach()
string(JOIN " " STEME_PC_LIBS_PRIVATE ${private_libraries})
configure_file(cmake/steme.pc.in steme.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/steme.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/steme)
configure_package_config_file(cmake/steme-config.cmake.in steme-config.cmake
    INSTALL_DESTINATION ${package_folder})
write_basic_package_version_file(steme-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/steme-config.cmake
              ${PROJECT_BINARY_DIR}/steme-config-version.cmake DESTINATION ${package_folder})
install(EXPORT steme NAMESPACE steme:: FILE steme-targets.cmake DESTINATION ${package_folder})

foreach(section IN ITEMS 1 3)
    file(GLOB pages CONFIGURE_DEPENDS man/*.${section})
    install(FILES ${pages} DESTINATION ${CMAKE_INSTALL_MANDIR}/man${section})
endforeach()

foreach(program IN ITEMS steme aphoria)
    set(completions ${PROJECT_SOURCE_DIR}/apps/${program}/completions)
    install(FILES ${completions}/${program}.bash
        DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME ${program})
    install(FILES ${completions}/_${program}
        DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions)
    install(FILES ${completions}/${program}.fish
        DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
endforeach()

# The unit names the program where it will be; see systemd/.
set(STEME_SYSTEMD_PREFIX lib CACHE STRING "Where systemd's folders are, below the prefix")
set(program ${CMAKE_INSTALL_FULL_BINDIR}/steme)
configure_file(systemd/steme@.service.in steme@.service @ONLY)
install(CODE "set(program \"\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_BINDIR}/steme\")
configure_file(\"${PROJECT_SOURCE_DIR}/systemd/steme@.service.in\"
    \"${PROJECT_BINARY_DIR}/install/steme@.service\" @ONLY)")
install(FILES ${PROJECT_BINARY_DIR}/install/steme@.service
    DESTINATION ${STEME_SYSTEMD_PREFIX}/systemd/system)
install(FILES systemd/steme.sysusers DESTINATION ${STEME_SYSTEMD_PREFIX}/sysusers.d
    RENAME steme.conf)
