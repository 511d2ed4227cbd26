# What is installed where, and the Debian package of it (`./dev deb`).
include(GNUInstallDirs)
set(CMAKE_SKIP_INSTALL_ALL_DEPENDENCY ON)  # ./dev deb builds what goes into it, no tests
set(PERMITD_SYSTEMD ${PROJECT_SOURCE_DIR}/systemd)
set(PERMITD_PACKED ${CMAKE_BINARY_DIR}/package)

# What is made first, as Debian wants it: pages and the changelog compressed, without a time in them.
set(fill ${PERMITD_SYSTEMD}/man/fill)
set(keys ${PROJECT_SOURCE_DIR}/config/permitd.yaml)
set(packed)
foreach(page permitd.8 permit-sandbox.8 permitctl.1 permitd.yaml.5)
  set(source ${PERMITD_SYSTEMD}/man/${page})
  set(made ${PERMITD_PACKED}/${page})
  if(EXISTS ${source}.in)
    add_custom_command(OUTPUT ${made} COMMAND ${CMAKE_COMMAND} -E make_directory ${PERMITD_PACKED}
      COMMAND ${fill} ${source}.in $<TARGET_FILE:permitctl> ${keys} > ${made}
      DEPENDS ${fill} ${source}.in ${keys} permitctl VERBATIM)
  else()
    add_custom_command(OUTPUT ${made} COMMAND ${CMAKE_COMMAND} -E make_directory ${PERMITD_PACKED}
      COMMAND ${CMAKE_COMMAND} -E copy ${source} ${made} DEPENDS ${source} VERBATIM)
  endif()
  add_custom_command(OUTPUT ${made}.gz COMMAND gzip -9nkf ${made} DEPENDS ${made} VERBATIM)
  string(REGEX MATCH "[0-9]$" section ${page})
  install(FILES ${made}.gz DESTINATION ${CMAKE_INSTALL_MANDIR}/man${section})
  list(APPEND packed ${made} ${made}.gz)
endforeach()
set(changelog ${PERMITD_PACKED}/changelog.Debian.gz)
add_custom_command(OUTPUT ${changelog}
  COMMAND ${CMAKE_COMMAND} -E make_directory ${PERMITD_PACKED}
  COMMAND gzip -9nc ${PERMITD_SYSTEMD}/deb/changelog > ${changelog}
  DEPENDS ${PERMITD_SYSTEMD}/deb/changelog VERBATIM)
add_custom_target(manual DEPENDS ${packed} ${changelog})

install(TARGETS permitd permitctl permit-sandbox DESTINATION ${CMAKE_INSTALL_BINDIR})
install(DIRECTORY xsd mapping config DESTINATION ${CMAKE_INSTALL_DATADIR}/permitd
  PATTERN permitd.yaml EXCLUDE PATTERN permitd.minimal.yaml EXCLUDE)
install(FILES config/permitd.yaml config/permitd.minimal.yaml
  DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/permitd/examples)
install(FILES ${changelog} ${PERMITD_SYSTEMD}/deb/copyright
  DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/permitd)
install(FILES systemd/alerts.yaml systemd/grafana-dashboard.json
  DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/permitd/examples)
install(FILES systemd/README.md DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/permitd RENAME MANUAL.md)
# systemd's own folders are beneath /usr/lib on every architecture.
install(FILES systemd/permitd.service DESTINATION lib/systemd/system)
install(FILES systemd/permitd.sysusers DESTINATION lib/sysusers.d RENAME permitd.conf)
install(FILES systemd/permitd.tmpfiles DESTINATION lib/tmpfiles.d RENAME permitd.conf)
install(FILES systemd/permitd.catalog DESTINATION lib/systemd/catalog)
install(FILES systemd/completion/permitctl
  DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
install(FILES systemd/completion/_permitctl
  DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions)
install(FILES ${PERMITD_SYSTEMD}/deb/lintian-overrides
  DESTINATION ${CMAKE_INSTALL_DATADIR}/lintian/overrides RENAME permitd)
install(FILES config/permitd.yaml DESTINATION /etc/permitd)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME permitd)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGE_CONTACT "permitd maintainers <maintainers@permitd.invalid>")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_OUTPUT_FILE_PREFIX ${CMAKE_BINARY_DIR}/..)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
"declares import licence applications for machinery and electronics
permitd takes XML documents that enterprises leave in folders or on SFTP
servers, checks them against schemas and business rules, makes them durable,
declares them to the ministry's gateway exactly once, and answers every
outcome with a receipt file.
.
The package holds the daemon, its command line permitctl, and permit-sandbox,
a ministry to develop and to rehearse against.")
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# Forms are printed in Chinese; a reload is a kill; users and folders are made by systemd's tools.
set(CPACK_DEBIAN_PACKAGE_DEPENDS "fonts-noto-cjk, procps, systemd | systemd-standalone-sysusers, \
systemd | systemd-standalone-tmpfiles, init-system-helpers (>= 1.54~)")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "ca-certificates, openssl")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "openssh-server, bash-completion")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA ${PERMITD_SYSTEMD}/deb/conffiles
  ${PERMITD_SYSTEMD}/deb/postinst ${PERMITD_SYSTEMD}/deb/prerm ${PERMITD_SYSTEMD}/deb/postrm)
include(CPack)
